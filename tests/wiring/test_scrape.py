"""The balance of the stages, added up over workers and their earlier processes."""

import socket
import threading

from agents.scrape import Balance, Samples, balances, merge, scrape


def sample(name: str, value: float, **labels: str) -> Samples:
    return {(name, tuple(sorted(labels.items()))): value}


def test_a_stage_balances_when_every_record_ended_in_one_way() -> None:
    page = (
        sample("barq_records_in_total", 10, stage="dedup")
        | sample("barq_records_out_total", 5, stage="dedup")
        | sample("barq_records_duplicate_total", 2, stage="dedup", verdict="near")
        | sample("barq_records_duplicate_total", 1, stage="dedup", verdict="exact")
        | sample("barq_records_dropped_total", 1, stage="dedup", reason="x")
        | sample("barq_records_dead_total", 1, stage="dedup", reason="no_text")
    )
    [dedup] = [one for one in balances([page]) if one.hop == "dedup"]
    assert dedup.unaccounted == 0
    assert dedup.duplicates == {"near": 2, "exact": 1}


def test_a_record_that_ended_in_no_way_is_unaccounted() -> None:
    pages = [sample("barq_records_in_total", 3, stage="tagging")]
    [tagging] = [one for one in balances(pages) if one.hop == "tagging"]
    assert tagging.unaccounted == 3


def test_counts_of_two_processes_are_added_up() -> None:
    total = sample("barq_records_in_total", 3, stage="tagging")
    merge(total, sample("barq_records_in_total", 4, stage="tagging"))
    assert total == sample("barq_records_in_total", 7, stage="tagging")


def test_a_balance_survives_its_way_through_json() -> None:
    balance = Balance("dedup", 4, 2, {}, {"exact": 1}, 0, {"no_text": 1})
    assert Balance.from_dict(balance.as_dict()) == balance


def test_a_page_that_breaks_off_has_no_samples() -> None:
    """A worker that is killed while it answers must not take the supervisor's thread with it."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer_half() -> None:
            client, _ = server.accept()
            client.recv(65_536)
            client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nbarq_build_info")
            client.close()

        thread = threading.Thread(target=answer_half)
        thread.start()
        assert scrape(server.getsockname()[1]) == {}
        thread.join()
