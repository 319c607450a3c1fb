/** Where the pieces of a torrent are, for a bar some hundred steps wide. Pure. */

export interface PieceRun {
  /** Shares of the whole, 0 to 1. */
  readonly from: number
  readonly to: number
  /** part: of the pieces that share this step some are held. */
  readonly kind: 'held' | 'part' | 'arriving'
}

const MOST_STEPS = 600

/** @param states one digit a piece: 0 missing, 1 downloading, 2 held */
export function pieceRuns(states: string, most = MOST_STEPS): readonly PieceRun[] {
  const steps = Math.min(states.length, most)
  const runs: {from: number; to: number; kind: PieceRun['kind']}[] = []
  for (let step = 0; step < steps; step++) {
    const kind = kindOf(states, placeOf(step, steps, states), placeOf(step + 1, steps, states))
    const last = runs.at(-1)
    if (kind === null) continue
    if (last?.kind === kind && last.to === step / steps) last.to = (step + 1) / steps
    else runs.push({from: step / steps, to: (step + 1) / steps, kind})
  }
  return runs
}

function placeOf(step: number, steps: number, states: string): number {
  return Math.floor((step * states.length) / steps)
}

function kindOf(states: string, from: number, to: number): PieceRun['kind'] | null {
  let held = 0
  let arriving = 0
  for (let piece = from; piece < to; piece++) {
    if (states[piece] === '2') held++
    else if (states[piece] === '1') arriving++
  }
  if (held === to - from) return 'held'
  if (arriving > 0) return 'arriving'
  return held > 0 ? 'part' : null
}

export function heldPieces(states: string): number {
  let held = 0
  for (const state of states) if (state === '2') held++
  return held
}
