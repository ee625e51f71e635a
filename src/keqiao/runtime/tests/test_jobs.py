from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone

from keqiao.runtime import jobs
from keqiao.runtime.models import Heartbeat, Job


@pytest.fixture
def done(monkeypatch) -> list[int]:
    """A handler named "add" that notes each run's payload and fails on negative numbers."""
    seen: list[int] = []

    def add(run: jobs.Run) -> None:
        seen.append(run.payload["n"])
        if run.payload["n"] < 0:
            raise ValueError("negative")
        run.result(sum=sum(seen))

    monkeypatch.setitem(jobs._handlers, "add", add)
    return seen


@pytest.mark.django_db
def test_a_job_runs_once_and_keeps_its_result(done) -> None:
    job = jobs.enqueue("add", {"n": 5})
    assert jobs.work()
    assert not jobs.work()
    job.refresh_from_db()
    assert (done, job.state, job.result) == ([5], Job.State.DONE, {"sum": 5})


@pytest.mark.django_db
def test_rolled_back_work_enqueues_nothing(done) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        jobs.enqueue("add", {"n": 5})
        raise ZeroDivisionError
    assert not jobs.work()
    assert done == []


@pytest.mark.django_db
def test_a_key_is_queued_once_until_it_is_done(done) -> None:
    assert jobs.enqueue("add", {"n": 1}, key="same") is not None
    assert jobs.enqueue("add", {"n": 2}, key="same") is None
    jobs.work()
    assert jobs.enqueue("add", {"n": 3}, key="same") is not None


@pytest.mark.django_db
def test_failures_are_retried_with_growing_pauses_and_then_given_up(done) -> None:
    job = jobs.enqueue("add", {"n": -1})
    with time_machine.travel(timezone.now(), tick=False) as clock:
        pauses = []
        for _attempt in range(jobs.ATTEMPTS):
            assert jobs.work()
            job.refresh_from_db()
            if job.state == Job.State.QUEUED:
                pauses.append((job.run_at - timezone.now()).total_seconds())
                assert not jobs.work(), "not before its time"
                clock.move_to(job.run_at)
    assert pauses == [2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0]
    assert job.state == Job.State.FAILED
    assert "negative" in job.error


@pytest.mark.django_db
def test_a_dead_workers_job_is_taken_over_and_the_dead_one_writes_nothing(done) -> None:
    jobs.enqueue("add", {"n": 7})
    with time_machine.travel(timezone.now(), tick=False) as clock:
        dead = jobs.claim()
        assert jobs.claim() is None, "the lease holds"
        clock.shift(jobs.LEASE + timedelta(seconds=1))
        heir = jobs.claim()
        assert heir.pk == dead.pk
        with pytest.raises(jobs.Lost):
            jobs.Run(dead).progress(1)
        jobs.finish(dead, None)
        assert Job.objects.get().state == Job.State.RUNNING
        jobs.run(heir)
    assert Job.objects.get().state == Job.State.DONE


@pytest.mark.django_db
def test_a_job_under_which_every_worker_dies_is_given_up_and_others_go_on(done) -> None:
    deadly = jobs.enqueue("add", {"n": 1}, key="deadly")
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _worker in range(jobs.ATTEMPTS):
            assert jobs.claim() is not None
            clock.shift(jobs.LEASE + timedelta(seconds=1))
        jobs.enqueue("add", {"n": 2})
        assert jobs.work()
        assert not jobs.work()
        deadly.refresh_from_db()
        assert (done, deadly.state, deadly.key) == ([2], Job.State.FAILED, None)
        assert "中断" in deadly.error
        assert jobs.enqueue("add", {"n": 3}, key="deadly") is not None


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_twenty_workers_claim_each_job_once(done, in_parallel) -> None:
    for number in range(5):
        jobs.enqueue("add", {"n": number})
    claimed = [job.pk for job in in_parallel(lambda _n: jobs.claim()) if isinstance(job, Job)]
    assert len(claimed) == len(set(claimed))


@pytest.mark.django_db
def test_the_clock_calls_at_its_time_in_the_local_zone(monkeypatch) -> None:
    calls: list[datetime] = []
    monkeypatch.setattr(jobs, "_schedule", {"nightly": ("30 3 * * *", lambda: calls.append(timezone.now()))})
    with time_machine.travel(datetime(2026, 11, 23, 18, 0, tzinfo=UTC), tick=False) as clock:
        jobs.tick()
        clock.move_to(datetime(2026, 11, 23, 19, 29, tzinfo=UTC))
        assert jobs.tick() == 0
        clock.move_to(datetime(2026, 11, 23, 19, 31, tzinfo=UTC))  # 03:31 in Shanghai
        assert jobs.tick() == 1
        assert jobs.tick() == 0
    assert len(calls) == 1
    assert Heartbeat.objects.get().name == "clock:nightly"


@pytest.mark.django_db
def test_what_a_worker_died_under_is_called_again_the_same_night(monkeypatch) -> None:
    calls: list[datetime] = []

    def nightly() -> None:
        calls.append(timezone.now())
        if len(calls) == 1:
            raise SystemExit  # kill -9 leaves as much behind as this

    monkeypatch.setattr(jobs, "_schedule", {"nightly": ("30 3 * * *", nightly)})
    with time_machine.travel(datetime(2026, 11, 23, 18, 0, tzinfo=UTC), tick=False) as clock:
        jobs.tick()
        clock.move_to(datetime(2026, 11, 23, 19, 31, tzinfo=UTC))
        with pytest.raises(SystemExit):
            jobs.tick()
        clock.shift(jobs.LOST - timedelta(minutes=1))
        assert jobs.tick() == 0, "it may still be at it"
        clock.shift(timedelta(minutes=2))
        assert jobs.tick() == 1
        clock.shift(timedelta(hours=5))
        assert jobs.tick() == 0
    assert len(calls) == 2


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_of_many_clocks_one_calls(monkeypatch, in_parallel) -> None:
    calls: list[int] = []
    monkeypatch.setattr(jobs, "_schedule", {"minutely": ("* * * * *", lambda: calls.append(1))})
    with time_machine.travel(timezone.now(), tick=False) as clock:
        jobs.tick()
        clock.shift(timedelta(minutes=2))
        assert sum(in_parallel(lambda _n: jobs.tick(), 8)) == 1
    assert len(calls) == 1


@pytest.mark.django_db
def test_one_broken_scheduled_function_does_not_stop_the_others(monkeypatch) -> None:
    calls: list[str] = []

    def broken() -> None:
        raise ValueError

    table = {"a": ("* * * * *", broken), "b": ("* * * * *", lambda: calls.append("b"))}
    monkeypatch.setattr(jobs, "_schedule", table)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        jobs.tick()
        clock.shift(timedelta(minutes=2))
        assert jobs.tick() == 2
    assert calls == ["b"]
