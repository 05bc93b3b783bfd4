/* The hot loops of the statistical tagger. pipeline/word_signs.py, pipeline/names_model.py and
   pipeline/decoding.py say in Python what is done here and why, and give the same answers.
   Nothing here keeps state or memory; all arrays come in as buffers. */

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdint.h>
#include <string.h>

#define OFFSETS 5
#define LANES 8
#define TAGS 7
#define ROW_BITS 19
#define LONGEST 48
#define LONGEST_SHAPE 10
#define LONGEST_AFFIX 4
#define FEWEST_LETTERS 3
#define LISTED 16
#define JOINT 14
#define JOINT_BITS 17
#define NO_NAME 30000
#define AHEAD 8

#ifndef __GNUC__
#define __builtin_prefetch(address) ((void)(address))
#endif

enum { END, LOWER, CAPITAL, CAPITALS, INITIAL, MIXED, NUMBER, COMMA, STOP, OPEN, CLOSE, SIGN,
       POSSESSIVE, ARABIC_WORD, WITH_ARTICLE };
enum { NAME, BIAS, WORD, STEM, PARTICLES_AND_STEM, PARTICLES, LENGTH, FLAGS, STEM_FLAGS, LINE,
       PREFIX = 10, SUFFIX = 20, STEM_PREFIX = 30, STEM_SUFFIX = 40, STEM_BEGIN = 50, LAST_THREE,
       SHAPE, SHAPE_FLAGS, AS_WRITTEN, LENGTH_SHAPE, SHAPE_END, FIRST_PART, LAST_PART,
       LAST_PART_FLAGS, SHAPE_BEGIN };
enum { HERE = 1, BESIDE = 2, NEAR = 4 };

static const uint32_t BASIS = 0x811C9DC5u, PRIME = 0x01000193u;
static const uint32_t GOLDEN = 0x9E3779B1u, SALT = 0x85EBCA6Bu;
static const uint32_t SECOND_PRIME = 0xC2B2AE3Du, THIRD_PRIME = 0x27D4EB2Fu;

#define ALEF 0x0627
#define BAA 0x0628
#define TAA_MARBUTA 0x0629
#define FAA 0x0641
#define KAF 0x0643
#define LAM 0x0644
#define HAA 0x0647
#define WAW 0x0648

typedef struct {
    const int8_t *weights;
    const uint32_t *names;
    const uint8_t *flags;
    Py_ssize_t name_count;
    int16_t (*sums)[LANES];
} Scorer;

static uint32_t begin(uint32_t about) { return BASIS ^ about * GOLDEN; }

static uint32_t more(uint32_t value, const uint32_t *codes, Py_ssize_t count)
{
    for (Py_ssize_t i = 0; i < count; i++)
        value = (value ^ codes[i]) * PRIME;
    return value;
}

static uint32_t one_more(uint32_t value, uint32_t code) { return (value ^ code) * PRIME; }

/* Adds the weights of a sign at the offsets where it counts. */
static void add(Scorer *scorer, int where, uint32_t value)
{
    static const int of_offset[OFFSETS] = {NEAR, BESIDE, HERE, BESIDE, NEAR};
    for (uint32_t offset = 0; offset < OFFSETS; offset++) {
        if (!(of_offset[offset] & where))
            continue;
        uint32_t row = ((value ^ offset * SALT) * GOLDEN) >> (32 - ROW_BITS);
        const int8_t *weights = scorer->weights + (size_t)row * LANES;
        for (int lane = 0; lane < LANES; lane++)
            scorer->sums[offset][lane] += weights[lane];
    }
}

static void add_codes(Scorer *scorer, int where, uint32_t about, const uint32_t *codes,
                      Py_ssize_t count)
{
    add(scorer, where, more(begin(about), codes, count));
}

static uint32_t flags_of(const Scorer *scorer, const uint32_t *codes, Py_ssize_t count)
{
    uint32_t key = begin(NAME);
    for (Py_ssize_t i = 0; i < count; i++)
        key = one_more(key, codes[i] == TAA_MARBUTA ? HAA : codes[i]);
    Py_ssize_t low = 0, high = scorer->name_count;
    while (low < high) {
        Py_ssize_t middle = low + (high - low) / 2;
        if (scorer->names[middle] < key)
            low = middle + 1;
        else
            high = middle;
    }
    return low < scorer->name_count && scorer->names[low] == key ? scorer->flags[low] : 0;
}

static uint32_t listed(uint32_t flags)
{
    uint32_t given = flags & 3, surname = flags >> 2 & 3;
    if (given >= 2)
        return surname >= 2 ? 3 : 2;
    return flags ? 1 : 0;
}

static void add_affixes(Scorer *scorer, const uint32_t *codes, Py_ssize_t count, uint32_t prefix,
                        uint32_t suffix)
{
    for (Py_ssize_t length = 1; length <= LONGEST_AFFIX && length <= count; length++) {
        add_codes(scorer, HERE, prefix + (uint32_t)length, codes, length);
        add_codes(scorer, HERE, suffix + (uint32_t)length, codes + count - length, length);
    }
}

static void add_last_three(Scorer *scorer, const uint32_t *codes, Py_ssize_t count)
{
    Py_ssize_t last = count < 3 ? count : 3;
    add_codes(scorer, BESIDE, LAST_THREE, codes + count - last, last);
}

/* Splits particles and article off; returns how many codes stand before the stem in `particles`. */
static Py_ssize_t without_particles(const uint32_t *word, Py_ssize_t count, uint32_t *particles,
                                    const uint32_t **stem, Py_ssize_t *stem_count)
{
    Py_ssize_t at = 0, most = count - FEWEST_LETTERS, kept;
    if (at < most && (word[at] == WAW || word[at] == FAA))
        at++;
    if (at + 1 < most && word[at] == LAM && word[at + 1] == LAM) {
        memcpy(particles, word, (size_t)at * sizeof *word);
        particles[at] = LAM;
        particles[at + 1] = ALEF;
        particles[at + 2] = LAM;
        kept = at + 3;
        at += 2;
    } else {
        if (at < most && (word[at] == BAA || word[at] == KAF || word[at] == LAM))
            at++;
        if (at + 1 < most && word[at] == ALEF && word[at + 1] == LAM)
            at += 2;
        memcpy(particles, word, (size_t)at * sizeof *word);
        kept = at;
    }
    *stem = word + at;
    *stem_count = count - at;
    return kept;
}

static uint32_t add_arabic(Scorer *scorer, const uint32_t *word, Py_ssize_t count)
{
    uint32_t particles[LONGEST];
    const uint32_t *stem;
    Py_ssize_t stem_count;
    Py_ssize_t kept = without_particles(word, count, particles, &stem, &stem_count);
    uint32_t flags = flags_of(scorer, word, count);
    uint32_t stem_flags = flags_of(scorer, stem, stem_count);
    int article = kept >= 2 && particles[kept - 2] == ALEF && particles[kept - 1] == LAM;
    uint32_t value;

    add(scorer, HERE, begin(BIAS));
    add_codes(scorer, HERE | BESIDE | NEAR, WORD, word, count);
    add_codes(scorer, HERE | BESIDE | NEAR, STEM, stem, stem_count);
    value = one_more(more(begin(PARTICLES_AND_STEM), particles, kept), 0);
    add(scorer, HERE, more(value, stem, stem_count));
    add_codes(scorer, HERE | BESIDE, PARTICLES, particles, kept);
    value = one_more(begin(LENGTH), stem_count < 8 ? (uint32_t)stem_count : 8);
    add(scorer, HERE, one_more(value, (uint32_t)article));
    add_codes(scorer, HERE | BESIDE, FLAGS, &flags, 1);
    value = one_more(begin(STEM_FLAGS), stem_flags);
    add(scorer, HERE, more(value, particles, kept));
    add(scorer, BESIDE | NEAR, value);
    add_affixes(scorer, word, count, PREFIX, SUFFIX);
    if (kept)
        add_affixes(scorer, stem, stem_count, STEM_PREFIX, STEM_SUFFIX);
    add_last_three(scorer, word, count);
    add_codes(scorer, BESIDE, STEM_BEGIN, stem, stem_count < 3 ? stem_count : 3);
    uint32_t of_word = listed(flags), of_stem = listed(stem_flags);
    return (article ? WITH_ARTICLE : ARABIC_WORD) + LISTED * (of_word > of_stem ? of_word : of_stem);
}

static Py_ssize_t shape_of(const uint32_t *word, Py_ssize_t count, uint32_t *shape)
{
    Py_ssize_t length = 0;
    for (Py_ssize_t i = 0; i < count && length < LONGEST_SHAPE; i++) {
        uint32_t code = word[i];
        uint32_t letter = Py_UNICODE_ISUPPER(code) ? 'X' : Py_UNICODE_ISDIGIT(code) ? '9'
                        : Py_UNICODE_ISALPHA(code) ? 'x' : code;
        if (length < 2 || shape[length - 1] != letter || shape[length - 2] != letter)
            shape[length++] = letter;
    }
    return length;
}

static int is_one_of(uint32_t code, const uint32_t *codes)
{
    for (; *codes; codes++)
        if (*codes == code)
            return 1;
    return 0;
}

static int only(const uint32_t *codes, Py_ssize_t count, const uint32_t *allowed)
{
    Py_ssize_t first = 0;
    /* As str.strip: what is left between the allowed ends must be nothing. */
    while (first < count && is_one_of(codes[first], allowed))
        first++;
    return first == count;
}

static uint32_t kind_of(const uint32_t *word, Py_ssize_t count, const uint32_t *shape,
                        Py_ssize_t length)
{
    static const uint32_t capitals[] = {'X', '.', '-', '&', 0}, lower[] = {'x', 0};
    static const uint32_t opening[] = {'(', '[', '{', 0xAB, 0x201C, 0x2018, 0x201E, '"', '\'', 0};
    static const uint32_t closing[] = {')', ']', '}', 0xBB, 0x201D, 0x2019, 0};
    static const uint32_t stops[] = {'.', '!', '?', 0x061F, 0x2026, 0};
    static const uint32_t commas[] = {',', ';', ':', 0x060C, 0x061B, 0};
    uint32_t first = length ? shape[0] : 0;
    if (first == 'X') {
        if (count == 1 || (length == 2 && shape[1] == '.'))
            return INITIAL;
        if (only(shape, length, capitals))
            return CAPITALS;
        if (shape[1] == 'x' && (length == 2 || (length == 3 && shape[2] == 'x')))
            return CAPITAL;
        return MIXED;
    }
    if (first == 'x')
        return only(shape, length, lower) ? LOWER : MIXED;
    if (first == '9')
        return NUMBER;
    if (count == 2 && (word[0] == '\'' || word[0] == 0x2019) && word[1] == 's')
        return POSSESSIVE;
    if (is_one_of(first, commas))
        return COMMA;
    if (is_one_of(first, stops))
        return STOP;
    if (is_one_of(first, opening))
        return OPEN;
    return is_one_of(first, closing) ? CLOSE : SIGN;
}

static uint32_t add_other(Scorer *scorer, const uint32_t *word, Py_ssize_t count,
                          const uint32_t *folded, Py_ssize_t folded_count)
{
    uint32_t shape[LONGEST_SHAPE] = {0}, value;
    Py_ssize_t length = shape_of(word, count, shape), two = length < 2 ? length : 2;
    uint32_t flags = flags_of(scorer, folded, folded_count);

    add(scorer, HERE, begin(BIAS));
    add_codes(scorer, HERE | BESIDE | NEAR, WORD, folded, folded_count);
    add_codes(scorer, HERE | BESIDE, SHAPE, shape, length);
    add(scorer, HERE | BESIDE, more(one_more(begin(SHAPE_FLAGS), flags), shape, two));
    add_codes(scorer, NEAR, SHAPE_BEGIN, shape, two);
    if (count && Py_UNICODE_ISALPHA(word[0])) {
        Py_ssize_t last = folded_count < 3 ? folded_count : 3, first = 0;
        add_last_three(scorer, folded, folded_count);
        add_codes(scorer, HERE | BESIDE, AS_WRITTEN, word, count);
        add_codes(scorer, HERE, FLAGS, &flags, 1);
        value = one_more(begin(LENGTH_SHAPE), count < 10 ? (uint32_t)count : 10);
        add(scorer, HERE, more(value, shape, two));
        value = one_more(more(begin(SHAPE_END), shape, two), 0);
        add(scorer, HERE, more(value, folded + folded_count - last, last));
        add_affixes(scorer, folded, folded_count, PREFIX, SUFFIX);
        while (first < folded_count && folded[first] != ' ')
            first++;
        if (first < folded_count) {
            Py_ssize_t begins = folded_count;
            while (folded[begins - 1] != ' ')
                begins--;
            uint32_t part = flags_of(scorer, folded + begins, folded_count - begins);
            add_codes(scorer, HERE, FIRST_PART, folded, first);
            add_codes(scorer, HERE, LAST_PART, folded + begins, folded_count - begins);
            add_codes(scorer, HERE, LAST_PART_FLAGS, &part, 1);
        }
    }
    return kind_of(word, count, shape, length) + LISTED * listed(flags);
}

static Py_ssize_t codes_of(PyObject *text, uint32_t *codes)
{
    Py_ssize_t count = PyUnicode_GET_LENGTH(text);
    if (count > LONGEST)
        count = LONGEST;
    for (Py_ssize_t i = 0; i < count; i++)
        codes[i] = PyUnicode_READ_CHAR(text, i);
    return count;
}

PyDoc_STRVAR(sum_word_doc,
"sum_word(word, folded, weights, names, flags, sums) -> (kind, key)\n\n"
"Write the sums of the weights of a word's signs to `sums`, five offsets by eight lanes.");

static PyObject *sum_word(PyObject *module, PyObject *args)
{
    PyObject *word_text, *folded_text, *answer = NULL;
    Py_buffer weights, names, flags, sums;
    if (!PyArg_ParseTuple(args, "UUy*y*y*w*", &word_text, &folded_text, &weights, &names, &flags,
                          &sums))
        return NULL;
    if (weights.len != (Py_ssize_t)LANES << ROW_BITS || sums.len != OFFSETS * LANES * 2
        || names.len != flags.len * 4) {
        PyErr_SetString(PyExc_ValueError, "an array has another size than the model's");
    } else {
        uint32_t word[LONGEST], folded[LONGEST], kind;
        Py_ssize_t count = codes_of(word_text, word);
        Py_ssize_t folded_count = codes_of(folded_text, folded);
        Scorer scorer = {weights.buf, names.buf, flags.buf, flags.len, sums.buf};
        memset(sums.buf, 0, (size_t)sums.len);
        if (count && word[0] == '\n') {
            add(&scorer, HERE | BESIDE | NEAR, begin(LINE));
            kind = END;
        } else if (folded_count && folded[0] >= 0x0620 && folded[0] <= 0x06D3) {
            kind = add_arabic(&scorer, folded, folded_count);
        } else {
            kind = add_other(&scorer, word, count, folded, folded_count);
        }
        answer = Py_BuildValue("II", (unsigned int)kind,
                               (unsigned int)more(begin(WORD), folded, folded_count));
    }
    PyBuffer_Release(&weights);
    PyBuffer_Release(&names);
    PyBuffer_Release(&flags);
    PyBuffer_Release(&sums);
    return answer;
}

static void add_lanes(int16_t *scores, const int16_t *row)
{
    for (int lane = 0; lane < LANES; lane++)
        scores[lane] += row[lane];
}

static void add_joint(int16_t *scores, const int8_t *const rows[JOINT])
{
    for (int sign = 0; sign < JOINT; sign++)
        for (int lane = 0; lane < LANES; lane++)
            scores[lane] += rows[sign][lane];
}

static void prefetch_word(const int16_t *sums, uint32_t number)
{
    const int16_t *own = sums + (size_t)number * OFFSETS * LANES;
    __builtin_prefetch(own);
    __builtin_prefetch(own + 32);
}

/* Kinds 0-4, keys 5-9 (two tokens before to two after), places 10-12 (one before to one after). */
static const int JOINT_COLUMNS[JOINT][3] = {
    {1, 2, 3}, {0, 1, 2}, {2, 3, 4}, {6, 2, 3}, {1, 2, 8}, {6, 7, 7}, {7, 8, 8},
    {6, 2, 8}, {5, 6, 2}, {10, 11, 12}, {11, 2, 3}, {6, 11, 2}, {11, 2, 8}, {7, 11, 12},
};

PyDoc_STRVAR(score_tokens_doc,
"score_tokens(numbers, places, sums, kinds, keys, joint, scores)\n\n"
"Write the scores of tags at tokens to `scores`, tokens by eight lanes.");

static PyObject *score_tokens(PyObject *module, PyObject *args)
{
    PyObject *numbers;
    Py_buffer places, sums, kinds, keys, joint, scores;
    if (!PyArg_ParseTuple(args, "O!y*y*y*y*y*w*", &PyList_Type, &numbers, &places, &sums, &kinds,
                          &keys, &joint, &scores))
        return NULL;
    Py_ssize_t count = PyList_GET_SIZE(numbers), words = kinds.len / 4;
    const uint32_t *place = places.buf, *kind = kinds.buf, *key = keys.buf;
    uint32_t *number = PyMem_Malloc((size_t)(count + 1) * sizeof *number);
    int wrong = number == NULL || places.len != count * 4 || keys.len != kinds.len
        || sums.len != words * OFFSETS * LANES * 2 || scores.len != count * LANES * 2
        || joint.len != (Py_ssize_t)LANES << JOINT_BITS;
    for (Py_ssize_t i = 0; i < count && !wrong; i++) {
        size_t own = PyLong_AsSize_t(PyList_GET_ITEM(numbers, i));
        wrong = own >= (size_t)words;
        number[i] = (uint32_t)own;
    }
    if (!wrong) {
        /* The rows of a token are asked for some tokens before they are added. */
        const int8_t *rows[AHEAD][JOINT];
        memset(scores.buf, 0, (size_t)scores.len);
        for (Py_ssize_t i = 0; i < count; i++) {
            int16_t *own = (int16_t *)scores.buf + i * LANES;
            uint32_t columns[13];
            for (int offset = 0; offset < OFFSETS; offset++) {
                Py_ssize_t at = i + offset - 2;
                int inside = at >= 0 && at < count;
                columns[offset] = inside ? kind[number[at]] : 0;
                columns[5 + offset] = inside ? key[number[at]] : 0;
                if (offset >= 1 && offset <= 3)
                    columns[9 + offset] = inside ? place[at] : 0;
                if (inside)
                    add_lanes(own, (const int16_t *)sums.buf
                              + ((size_t)number[at] * OFFSETS + (OFFSETS - 1 - offset)) * LANES);
            }
            for (uint32_t sign = 0; sign < JOINT; sign++) {
                const int *column = JOINT_COLUMNS[sign];
                uint32_t mixed = columns[column[0]] * GOLDEN;
                mixed ^= columns[column[1]] * SECOND_PRIME + sign * SALT;
                mixed *= THIRD_PRIME;
                mixed ^= columns[column[2]] * SECOND_PRIME;
                mixed *= GOLDEN;
                rows[i % AHEAD][sign] = (const int8_t *)joint.buf
                    + (size_t)(mixed >> (32 - JOINT_BITS)) * LANES;
                __builtin_prefetch(rows[i % AHEAD][sign]);
            }
            if (i + AHEAD < count)
                prefetch_word((const int16_t *)sums.buf, number[i + AHEAD]);
            if (i >= AHEAD - 1)
                add_joint((int16_t *)scores.buf + (i - AHEAD + 1) * LANES,
                          rows[(i + 1) % AHEAD]);
        }
        for (Py_ssize_t i = count > AHEAD - 1 ? count - AHEAD + 1 : 0; i < count; i++)
            add_joint((int16_t *)scores.buf + i * LANES, rows[i % AHEAD]);
        for (Py_ssize_t i = 0; i < count; i++)
            if (kind[number[i]] == END)
                ((int16_t *)scores.buf)[i * LANES] = NO_NAME;
    }
    PyMem_Free(number);
    PyBuffer_Release(&places);
    PyBuffer_Release(&sums);
    PyBuffer_Release(&kinds);
    PyBuffer_Release(&keys);
    PyBuffer_Release(&joint);
    PyBuffer_Release(&scores);
    if (wrong) {
        if (!PyErr_Occurred())
            PyErr_SetString(PyExc_ValueError, "an array has another size than the model's");
        return NULL;
    }
    Py_RETURN_NONE;
}

PyDoc_STRVAR(best_tags_doc,
"best_tags(scores, transitions) -> bytes\n\n"
"Return the tags of the greatest sum of scores and transitions.");

static PyObject *best_tags(PyObject *module, PyObject *args)
{
    Py_buffer scores, transitions;
    PyObject *answer = NULL;
    if (!PyArg_ParseTuple(args, "y*y*", &scores, &transitions))
        return NULL;
    Py_ssize_t count = scores.len / (LANES * 2);
    uint8_t *origins = PyMem_Malloc((size_t)(count + 1) * TAGS);
    const int16_t *score = scores.buf, *from = transitions.buf;
    if (origins == NULL) {
        PyErr_NoMemory();
    } else if (transitions.len != TAGS * TAGS * 2) {
        PyErr_SetString(PyExc_ValueError, "an array has another size than the model's");
    } else if ((answer = PyBytes_FromStringAndSize(NULL, count)) != NULL && count) {
        int32_t sums[TAGS], next[TAGS];
        uint8_t *tags = (uint8_t *)PyBytes_AS_STRING(answer);
        for (int tag = 0; tag < TAGS; tag++)
            sums[tag] = from[tag] + score[tag];
        for (Py_ssize_t i = 1; i < count; i++) {
            const int16_t *own = score + i * LANES;
            int32_t base = INT32_MIN;
            for (int tag = 0; tag < TAGS; tag++) {
                int32_t best = sums[0] + from[tag];
                uint8_t origin = 0;
                for (int before = 1; before < TAGS; before++) {
                    int32_t total = sums[before] + from[before * TAGS + tag];
                    if (total > best) {
                        best = total;
                        origin = (uint8_t)before;
                    }
                }
                origins[i * TAGS + tag] = origin;
                next[tag] = best + own[tag];
                if (next[tag] > base)
                    base = next[tag];
            }
            /* Only differences count: so that no text is too long for the sums. */
            for (int tag = 0; tag < TAGS; tag++)
                sums[tag] = next[tag] - base;
        }
        int tag = 0;
        for (int other = 1; other < TAGS; other++)
            if (sums[other] + from[other * TAGS] > sums[tag] + from[tag * TAGS])
                tag = other;
        for (Py_ssize_t i = count - 1; i >= 0; i--) {
            tags[i] = (uint8_t)tag;
            if (i)
                tag = origins[i * TAGS + tag];
        }
    }
    PyBuffer_Release(&scores);
    PyBuffer_Release(&transitions);
    PyMem_Free(origins);
    return answer;
}

PyDoc_STRVAR(spans_of_doc,
"spans_of(tags, scores) -> list of (first, last, tag, margin)\n\n"
"Return the names among tags: first and last token, the tag that begins it, the least margin.");

static PyObject *spans_of(PyObject *module, PyObject *args)
{
    Py_buffer tags_held, scores;
    if (!PyArg_ParseTuple(args, "y*y*", &tags_held, &scores))
        return NULL;
    PyObject *spans = NULL;
    Py_ssize_t count = tags_held.len, first = -1;
    const uint8_t *tags = tags_held.buf;
    int least = 0;
    if (scores.len != count * LANES * 2)
        PyErr_SetString(PyExc_ValueError, "an array has another size than the model's");
    else
        spans = PyList_New(0);
    for (Py_ssize_t i = 0; spans && i < count; i++) {
        if (!tags[i] || tags[i] >= TAGS)
            continue;
        const int16_t *own = (const int16_t *)scores.buf + i * LANES;
        int margin = own[tags[i]] - own[0], begin = tags[i] - 1 + tags[i] % 2;
        if (first < 0)
            first = i;
        if (first == i || margin < least)
            least = margin;
        if (i + 1 == count || tags[i + 1] != begin + 1) {
            PyObject *span = Py_BuildValue("nnii", first, i, begin, least);
            if (!span || PyList_Append(spans, span) < 0)
                Py_CLEAR(spans);
            Py_XDECREF(span);
            first = -1;
        }
    }
    PyBuffer_Release(&tags_held);
    PyBuffer_Release(&scores);
    return spans;
}

static PyMethodDef METHODS[] = {
    {"sum_word", sum_word, METH_VARARGS, sum_word_doc},
    {"score_tokens", score_tokens, METH_VARARGS, score_tokens_doc},
    {"best_tags", best_tags, METH_VARARGS, best_tags_doc},
    {"spans_of", spans_of, METH_VARARGS, spans_of_doc},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef MODULE = {
    PyModuleDef_HEAD_INIT, "kernel", "The hot loops of the statistical tagger.", 0, METHODS,
    NULL, NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit_kernel(void) { return PyModuleDef_Init(&MODULE); }
