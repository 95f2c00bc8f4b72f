"""Whether the node can do its work, and the figures that tell how much of it."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

from desk.metrics import Sample
from handoff.mqtt import MqttPublisher
from media.contract import MediaEngine
from records.contract import Record
from records.log import EvidenceLog
from segue.wiring.centre import Centre
from switch.events import RecordingUnavailable

_LEAST_FREE_BYTES = 64 * 1024 * 1024


class NodeHealth:
    """Fills `desk.ports.Health`."""

    def __init__(
        self,
        centre: Centre,
        engine: MediaEngine,
        log: EvidenceLog,
        publisher: MqttPublisher | None,
        data_dir: Path,
    ) -> None:
        self._centre = centre
        self._engine = engine
        self._log = log
        self._publisher = publisher
        self._data_dir = data_dir
        self.draining = False
        self._unrecorded = 0
        log.subscribe(self._hear)

    def checks(self) -> Mapping[str, bool]:
        """Each part by name, and whether it is ready for more calls."""
        return {
            "serving": not self.draining,
            "sip": bool(self._centre.transport.addresses),
            "evidence_log": not self._log.degraded,
            "disk": shutil.disk_usage(self._data_dir).free > _LEAST_FREE_BYTES,
            "flows": bool(self._centre.library.names),
        }

    def _hear(self, record: Record) -> None:
        if record.kind == RecordingUnavailable.kind:
            self._unrecorded += 1

    def samples(self) -> Iterable[Sample]:
        """Figures for `/metrics`."""
        centre, live = self._centre, self._centre.agent.live()
        yield Sample("segue_calls_open", centre.calls.open, "Calls going on")
        yield Sample("segue_legs_open", centre.calls.legs, "Legs going on")
        yield Sample("segue_rtp_sessions_open", self._engine.sessions_open(), "RTP port pairs held")
        yield Sample("segue_sip_transactions", live.transactions, "Live SIP transactions")
        yield Sample("segue_registrations", centre.agent.registrar.count, "Registered contacts")
        counters = centre.agent.counters
        yield Sample(
            "segue_sip_malformed_total", counters.malformed, "Datagrams that were no SIP", "counter"
        )
        yield Sample("segue_defects_total", centre.transport.defects, "Our own errors", "counter")
        yield Sample(
            "segue_recordings_unavailable_total",
            self._unrecorded,
            "Recordings that could not be made",
            "counter",
        )
        yield Sample("segue_log_waiting", self._log.waiting, "Events not on disk yet")
        yield Sample("segue_log_lost_total", self._log.lost, "Events lost", "counter")
        for (flow, version), calls in centre.library.version_calls().items():
            labels = {"flow": flow, "version": version}
            yield Sample("flow_version_calls", calls, "Calls on a flow's version", labels=labels)
        if self._publisher is not None:
            state = self._publisher.state()
            yield Sample("segue_mqtt_connected", float(state.connected), "Broker reached")
            yield Sample("segue_mqtt_dropped_total", state.dropped, "News not sent", "counter")
