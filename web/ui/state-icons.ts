/**
 * The shapes of the torrent states, 16 × 16, for components and for rows that write DOM themselves. Shape tells the
 * state, colour only its family.
 */
export type StateIconName =
  | 'downloading'
  | 'metadata'
  | 'seeding'
  | 'idle'
  | 'stalled'
  | 'queued'
  | 'stopped'
  | 'checking'
  | 'moving'
  | 'error'
  | 'missing'
  | 'aged'
  | 'unknown'

/** One `<path>`; without more it is a line of 1.6 px in the colour of the text. */
export interface StateIconPath {
  readonly d: string
  /** Filled instead of drawn. */
  readonly fill?: true
  /** Width of the line, px. */
  readonly width?: number
  /** `stroke-dasharray`. */
  readonly dash?: string
  /** Drawn in the colour of the ground, upon something filled. */
  readonly cut?: true
}

const ring = 'M8 2.2a5.8 5.8 0 1 1 0 11.6a5.8 5.8 0 1 1 0-11.6z'

export const stateIconPaths: Readonly<Record<StateIconName, readonly StateIconPath[]>> = {
  downloading: [{d: 'M8 2.8v9.4M3.9 8.3 8 12.4l4.1-4.1', width: 2.2}],
  metadata: [
    {d: 'M3.4 2.6v5.2a4.6 4.6 0 0 0 9.2 0V2.6H9.8v5a1.8 1.8 0 0 1-3.6 0v-5zM3.4 5.4h2.8M9.8 5.4h2.8'},
  ],
  seeding: [{d: 'M8 13.2V3.8M3.9 7.7 8 3.6l4.1 4.1', width: 2.2}],
  idle: [{d: 'M8 13V4M4.2 7.6 8 3.8l3.8 3.8', width: 1.7}],
  stalled: [
    {
      d: 'M4 2.4h8M4 13.6h8M5 2.6v1.8c0 1.7 3 2.4 3 3.6s-3 1.9-3 3.6v1.8M11 2.6v1.8c0 1.7-3 2.4-3 3.6s3 1.9 3 3.6v1.8',
    },
  ],
  queued: [{d: ring}, {d: 'M8 4.9V8l2 1.6'}],
  stopped: [
    {
      d: 'M5.4 3.8h5.2a1.6 1.6 0 0 1 1.6 1.6v5.2a1.6 1.6 0 0 1-1.6 1.6H5.4a1.6 1.6 0 0 1-1.6-1.6V5.4a1.6 1.6 0 0 1 1.6-1.6z',
      fill: true,
    },
  ],
  checking: [{d: 'M13.4 6.2A5.8 5.8 0 1 0 13.8 8'}, {d: 'm5.6 7.9 1.9 1.9 4.4-4.6'}],
  moving: [{d: 'M2 8h8M7 4.6 10.4 8 7 11.4M13.6 3.2v9.6'}],
  error: [
    {d: 'M5.4 1.6h5.2l3.8 3.8v5.2l-3.8 3.8H5.4l-3.8-3.8V5.4z', fill: true},
    {d: 'M8 4.9v3.5M8 11v.1', width: 1.8, cut: true},
  ],
  missing: [{d: 'M8 2.2 14.4 13.4H1.6z'}, {d: 'M8 6.6v3M8 11.5v.1'}],
  aged: [{d: ring, dash: '2.4 2.2'}, {d: 'M8 5v3l1.8 1.4'}],
  unknown: [{d: ring}, {d: 'M6.2 6.4A1.9 1.9 0 1 1 8 8.7v.6M8 11.4v.1'}],
}

/** The class that colours a state, for its icon and for words that shout. */
export const stateColours: Readonly<Record<StateIconName, string>> = {
  downloading: 'text-st-downloading',
  metadata: 'text-st-metadata',
  seeding: 'text-st-seeding',
  idle: 'text-st-seeding',
  stalled: 'text-st-stalled',
  queued: 'text-st-queued',
  stopped: 'text-st-stopped',
  checking: 'text-st-checking',
  moving: 'text-st-moving',
  error: 'text-st-error',
  missing: 'text-st-error',
  aged: 'text-text-3',
  unknown: 'text-text-3',
}
