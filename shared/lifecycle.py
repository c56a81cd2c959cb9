"""How a service lives: start (waiting for what is away), answer health checks, stop cleanly at SIGTERM.

A service is an async context manager over a `Runtime`: entering it starts the work, leaving it finishes the work in hand.
It yields the checks that decide readiness.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from shared.backoff import Backoff
from shared.faults import FaultPoint, fault_point, no_fault
from shared.health import Check, HealthServer
from shared.memory import readings
from shared.open_traces import open_traces
from shared.outcomes import Outage
from shared.settings import Settings
from shared.telemetry import Logger, Metrics, start_logging
from shared.tracing import NO_TRACES, Traces


def utc_now() -> datetime:
    return datetime.now(UTC)


def steady(wall: Callable[[], datetime], monotonic: Callable[[], float]) -> Callable[[], datetime]:
    """The wall clock as it was at the start, carried on by the monotonic one: a step of two hours, either way, makes nothing due
    too early and nothing stand still. A service takes the corrected time at its next start."""
    started_at, began = wall(), monotonic()
    return lambda: started_at + timedelta(seconds=monotonic() - began)


async def _sleep(seconds: float) -> None:
    await asyncio.sleep(seconds)


@dataclass(frozen=True)
class Runtime:
    """What a service gets from outside: settings, logger, metrics, clocks, randomness and the sign to stop."""

    service: str
    settings: Settings
    log: Logger
    metrics: Metrics
    now: Callable[[], datetime] = utc_now
    monotonic: Callable[[], float] = time.monotonic
    random: Callable[[], float] = random.random
    sleep: Callable[[float], Awaitable[None]] = _sleep
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    fault: FaultPoint = no_fault
    traces: Traces = NO_TRACES


Service = Callable[[Runtime], AbstractAsyncContextManager[Mapping[str, Check]]]


def run_service(name: str, settings: Settings, service: Service) -> int:
    """Run until SIGTERM or SIGINT. Returns the exit code: 0 after a clean stop."""
    return asyncio.run(_run(name, settings, service))


async def _run(name: str, settings: Settings, service: Service) -> int:
    now = steady(utc_now, time.monotonic)
    fault = fault_point(name, settings.fault)
    log = start_logging(name, settings.log_level)
    with open_traces(name, os.environ, log) as traces:
        run = Runtime(name, settings, log, Metrics(name), now=now, fault=fault, traces=traces)
        _tell_of_the_process(run)
        loop = asyncio.get_running_loop()
        for sign in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(sign, run.stopping.set)
        async with HealthServer(run.metrics, settings.http_host, settings.http_port) as health:
            run.log.info("started", http_port=health.port)
            await _work(run, service, health)
    log.info("stopped")
    return 0


def _tell_of_the_process(run: Runtime) -> None:
    """Its start, its memory, and how far the wall clock is from the service's own by now."""
    run.metrics.started(run.now())
    run.metrics.ask("kabar_clock_step_seconds", lambda: (utc_now() - run.now()).total_seconds())
    for name, reading in readings().items():
        run.metrics.ask(name, reading)


async def _work(run: Runtime, service: Service, health: HealthServer) -> None:
    """Enter the service, again and again while something it needs is away, and keep it until the sign to stop."""
    backoff = Backoff.of(run.settings, run.random)
    while not run.stopping.is_set():
        try:
            async with service(run) as checks:
                health.watch(checks)
                run.metrics.waiting(None)
                run.log.info("ready")
                await run.stopping.wait()
                run.log.info("stopping")
                health.watch({})
        except Outage as outage:
            run.log.warning("waiting", reason=outage.reason, detail=outage.detail)
            run.metrics.waiting(outage.reason)
            await _wait(run, backoff.next())


async def _wait(run: Runtime, seconds: float) -> None:
    try:
        await asyncio.wait_for(run.stopping.wait(), seconds)
    except TimeoutError:
        return
