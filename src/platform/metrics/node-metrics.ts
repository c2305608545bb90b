/** Node's own families: memory, garbage collection, event loop, files, processor time. */
import type { Registry } from 'prom-client';
import Counter from 'prom-client/lib/counter.js';
import Gauge from 'prom-client/lib/gauge.js';
import eventLoopLag from 'prom-client/lib/metrics/eventLoopLag.js';
import garbageCollection from 'prom-client/lib/metrics/gc.js';
import heap from 'prom-client/lib/metrics/heapSizeAndUsed.js';
import heapSpaces from 'prom-client/lib/metrics/heapSpacesSizeAndUsed.js';
import memory from 'prom-client/lib/metrics/osMemoryHeap.js';
import filesMax from 'prom-client/lib/metrics/processMaxFileDescriptors.js';
import files from 'prom-client/lib/metrics/processOpenFileDescriptors.js';
import startTime from 'prom-client/lib/metrics/processStartTime.js';
import version from 'prom-client/lib/metrics/version.js';

// Left out: what keeps the event loop alive, whose gauges end in `_total`, which promtool rightly
// refuses, and the processor time, which loads OpenTelemetry. Both are told below.
const FAMILIES = [
  eventLoopLag,
  garbageCollection,
  heap,
  heapSpaces,
  memory,
  filesMax,
  files,
  startTime,
  version,
];

export function addNodeMetrics(register: Registry, prefix: string): void {
  // The precision is the period of a timer that wakes the process; 100 ms costs nothing visible.
  for (const add of FAMILIES) add(register, { prefix, eventLoopMonitoringPrecision: 100 });
  const registers = [register];

  function processorTime(name: string, help: string, micros: () => number): void {
    const counter = new Counter({
      name: `${prefix}process_cpu_${name}`,
      help,
      registers,
      collect: () => {
        counter.reset();
        counter.inc(micros() / 1e6);
      },
    });
  }
  processorTime('user_seconds_total', 'Processor time of the program itself.', () => {
    return process.cpuUsage().user;
  });
  processorTime('system_seconds_total', 'Processor time of the system for it.', () => {
    return process.cpuUsage().system;
  });
  processorTime('seconds_total', 'Processor time of both.', () => {
    const { user, system } = process.cpuUsage();
    return user + system;
  });

  const open = new Gauge({
    name: `${prefix}nodejs_resources`,
    help: 'What keeps the event loop alive, by type: sockets, timers, files under way.',
    labelNames: ['type'],
    registers,
    collect: () => {
      open.reset();
      for (const type of process.getActiveResourcesInfo()) open.inc({ type });
    },
  });
}
