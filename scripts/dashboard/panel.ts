/** A panel as it is described here; `grafana.ts` makes of it what Grafana wants. */
export interface Panel {
  readonly title: string;
  /** What it shows and what to look for, in a sentence or two. */
  readonly about: string;
  readonly kind: 'lines' | 'stat' | 'states' | 'bars';
  /** Grafana's name of a unit: s, bytes, percentunit, short, ops, bool... */
  readonly unit: string;
  readonly queries: readonly Query[];
  /** From which value on it is yellow and red; a rising scale. */
  readonly warnFrom?: number;
  readonly badFrom?: number;
  /** The other way round: below these it is yellow and red. */
  readonly warnBelow?: number;
  readonly badBelow?: number;
  /** A stat that shows the legend instead of the value. */
  readonly isName?: boolean;
  /** Alert whose section of the runbook it links to. */
  readonly alert?: string;
  /** Of 24 columns; 6 for a stat and 8 for the others when left out. */
  readonly width?: number;
}

export interface Query {
  /** `$desk`, `$agent` and `$pair` are chosen at the top of the dashboard. */
  readonly expr: string;
  /** With {{label}} in it; absent = the labels themselves. */
  readonly legend?: string;
  /** Has no data while what it counts does not happen. */
  readonly isRare?: boolean;
}

export interface Row {
  readonly title: string;
  readonly panels: readonly Panel[];
}
