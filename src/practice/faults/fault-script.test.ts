import { describe, expect, it } from 'vitest';
import { FAULT_KINDS } from './fault.ts';
import { parseFaultScript } from './fault-script.ts';

describe('fault script', () => {
  it('reads YAML and JSON and fills the defaults', () => {
    const yaml = '- kind: rest-5xx\n  afterMs: 5000\n  target: {route: /api/v3/klines}\n';

    expect(parseFaultScript('f.yaml', yaml)).toEqual([
      {
        kind: 'rest-5xx',
        status: 502,
        afterMs: 5000,
        probability: 1,
        target: { route: '/api/v3/klines' },
      },
    ]);
    expect(parseFaultScript('f.json', '[{"kind":"clock-offset","offsetMs":-800}]')).toMatchObject([
      { kind: 'clock-offset', offsetMs: -800, afterMs: 0 },
    ]);
  });

  it.each([
    ['an unknown name', '- kind: earthquake'],
    ['an unknown key', '- {kind: rest-hang, delay: 3}'],
    ['no list', 'kind: rest-hang'],
    ['broken text', '- [kind'],
  ])('names the file when it finds %s', (_what, text) => {
    expect(() => parseFaultScript('bad.yaml', text)).toThrow(/fault script bad\.yaml: /);
  });

  it('has one name per fault', () => {
    expect(new Set(FAULT_KINDS).size).toBe(FAULT_KINDS.length);
    expect(FAULT_KINDS).toContain('socket-mute');
  });
});
