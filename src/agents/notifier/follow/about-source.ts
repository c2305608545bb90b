import type { Alert } from '#core/alerts/alert.ts';
import type { News } from './cursor.ts';

export type Source = 'ledger' | 'coordinator';

const NAMES: Readonly<Record<Source, string>> = {
  ledger: 'the ledger',
  coordinator: "the coordinator's record",
};

/** What is to be told about a record itself: it is another one, or a part of it is gone. */
export function aboutSource(
  source: Source,
  { kind, missed }: Pick<News<never>, 'kind' | 'missed'>,
  atMs: number,
): readonly Alert[] {
  const about = { kind: 'notifier', level: 'warning', atMs, fields: { source } } as const;
  if (kind === 'replaced') {
    return [
      {
        ...about,
        group: `notifier replaced ${source}`,
        title: `${NAMES[source]} is not the one from before`,
        lines: [
          'an older copy, or begun anew: what happened in between may be missing here',
          'it is followed from its last hour on',
        ],
      },
    ];
  }
  if (missed === 0) return [];
  return [
    {
      ...about,
      group: `notifier missed ${source}`,
      title: `${missed} events were missed`,
      lines: [
        `they were gone from ${NAMES[source]} before they were read; audit and logs have them`,
      ],
    },
  ];
}
