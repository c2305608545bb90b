import { AGENT, DESK } from './labels.ts';
import type { Row } from './panel.ts';

export const resources: Row = {
  title: 'Resources',
  panels: [
    {
      title: 'Memory by process',
      about: 'Proportional set size; at its limit a process is restarted.',
      kind: 'lines',
      unit: 'bytes',
      queries: [{ expr: `nightdesk_process_pss_bytes{${AGENT}}`, legend: '{{instance}}' }],
      alert: 'NightdeskMemoryNearLimit',
    },
    {
      title: 'Memory against its limit',
      about: 'A line that rises for days is a leak.',
      kind: 'lines',
      unit: 'percentunit',
      queries: [
        {
          expr: `nightdesk_process_pss_bytes{${AGENT}} / nightdesk_process_pss_bytes_limit{${AGENT}}`,
          legend: '{{instance}}',
        },
      ],
      warnFrom: 0.75,
      badFrom: 0.9,
      alert: 'NightdeskMemoryNearLimit',
    },
    {
      title: 'Processor',
      about: '1 = one core.',
      kind: 'lines',
      unit: 'short',
      queries: [
        {
          expr: `rate(nightdesk_process_cpu_seconds_total{${AGENT}}[$__rate_interval])`,
          legend: '{{instance}}',
        },
      ],
    },
    {
      title: 'Event loop, longest delay',
      about: 'Within the last beat of a second.',
      kind: 'lines',
      unit: 's',
      queries: [{ expr: `nightdesk_event_loop_delay_seconds{${AGENT}}`, legend: '{{instance}}' }],
      warnFrom: 0.2,
      badFrom: 0.5,
      alert: 'NightdeskEventLoopSlow',
    },
    {
      title: 'Open files',
      about: 'Sockets included; flat on a healthy desk.',
      kind: 'lines',
      unit: 'short',
      queries: [{ expr: `nightdesk_process_open_fds{${AGENT}}`, legend: '{{instance}}' }],
    },
    {
      title: 'Commits of the ledger',
      about: 'Median and slowest hundredth of a transaction.',
      kind: 'lines',
      unit: 's',
      queries: [0.5, 0.99].map((share) => ({
        expr: `histogram_quantile(${share}, sum by (le) (rate(nightdesk_ledger_commit_seconds_bucket{${DESK}}[5m])))`,
        legend: `p${share * 100}`,
      })),
      warnFrom: 0.05,
      alert: 'NightdeskLedgerWriteFailed',
    },
    {
      title: 'Disk by part',
      about: 'What the desk’s files take.',
      kind: 'lines',
      unit: 'bytes',
      queries: [{ expr: `nightdesk_disk_bytes{${DESK}} > 0`, legend: '{{part}}' }],
    },
    {
      title: 'Disk left',
      about: 'Below 128 MB nothing can be traded.',
      kind: 'stat',
      unit: 'bytes',
      queries: [{ expr: `nightdesk_disk_free_bytes{${DESK}}` }],
      warnBelow: 1e9,
      badBelow: 128e6,
      alert: 'NightdeskDiskLow',
      width: 4,
    },
    {
      title: 'Newest backup',
      about: 'How old it is.',
      kind: 'stat',
      unit: 's',
      queries: [
        { expr: `time() - nightdesk_last_backup_timestamp_seconds{${DESK}}`, isRare: true },
      ],
      warnFrom: 129_600,
      badFrom: 172_800,
      alert: 'NightdeskBackupOld',
      width: 4,
    },
    {
      title: 'Redis',
      about: 'Memory of data, and its append-only file.',
      kind: 'lines',
      unit: 'bytes',
      queries: [
        { expr: `nightdesk_redis_memory_bytes{${DESK}}`, legend: 'memory' },
        { expr: `nightdesk_redis_aof_bytes{${DESK}}`, legend: 'file' },
      ],
      alert: 'NightdeskRedisCannotPersist',
    },
    {
      title: 'Connections to Redis',
      about: 'Flat on a healthy desk.',
      kind: 'lines',
      unit: 'short',
      queries: [{ expr: `nightdesk_redis_clients{${DESK}}`, legend: 'clients' }],
    },
    {
      title: 'Garbage collection',
      about: 'Share of the time, by process.',
      kind: 'lines',
      unit: 'percentunit',
      queries: [
        {
          expr: `sum by (instance) (rate(nightdesk_nodejs_gc_duration_seconds_sum{${AGENT}}[$__rate_interval]))`,
          legend: '{{instance}}',
        },
      ],
    },
  ],
};
