/** The pieces of a torrent as squares, some pieces each: which are here, and how many peers have them. Pure. */

/** What a square stands for, by how it is drawn. */
export type HaveKind = 'held' | 'part' | 'arriving' | 'missing'
export type CopiesKind = 'none' | 'rare' | 'some' | 'many' | 'untold'

export const haveKinds = ['held', 'part', 'arriving', 'missing'] as const satisfies readonly HaveKind[]
export const copiesKinds = ['none', 'rare', 'some', 'many', 'untold'] as const satisfies readonly CopiesKind[]

/** Up to so many others have what is rare. */
const RARE_MOST = 3
const SOME_MOST = 9
/** More squares are not told apart by eye. */
export const MOST_SQUARES = 1_200

/** How many pieces a square stands for. */
export function piecesPerSquare(count: number): number {
  return Math.max(1, Math.ceil(count / MOST_SQUARES))
}

/** @param states one digit a piece: 0 missing, 1 downloading, 2 held */
export function haveSquares(states: string): readonly HaveKind[] {
  return squaresOf(states.length, (from, to) => {
    let held = 0
    let arriving = 0
    for (let piece = from; piece < to; piece++) {
      if (states[piece] === '2') held++
      else if (states[piece] === '1') arriving++
    }
    if (held === to - from) return 'held'
    if (arriving > 0) return 'arriving'
    return held > 0 ? 'part' : 'missing'
  })
}

/** By the rarest piece of each that is told. @param copies of each piece among the peers; `null` = not told */
export function copiesSquares(copies: readonly (number | null)[]): readonly CopiesKind[] {
  return squaresOf(copies.length, (from, to) => {
    let least = Number.POSITIVE_INFINITY
    for (let piece = from; piece < to; piece++) least = Math.min(least, copies[piece] ?? least)
    return copiesKindOf(least)
  })
}

function copiesKindOf(copies: number): CopiesKind {
  if (copies === Number.POSITIVE_INFINITY) return 'untold'
  if (copies === 0) return 'none'
  if (copies <= RARE_MOST) return 'rare'
  return copies <= SOME_MOST ? 'some' : 'many'
}

function squaresOf<K>(count: number, kindOf: (from: number, to: number) => K): readonly K[] {
  const each = piecesPerSquare(count)
  return Array.from({length: Math.ceil(count / each)}, (_, square) =>
    kindOf(square * each, Math.min(count, (square + 1) * each)),
  )
}

/** What the copies of all pieces come to. */
export interface CopiesSummary {
  /** Of the rarest piece that is told; `null` = none is. */
  readonly least: number | null
  /** Held pieces that only one to three peers have, too. */
  readonly keptAlive: number
  /** Pieces that are not here, and that no peer has. */
  readonly nowhere: number
  /** Pieces of which it is not reported. */
  readonly untold: number
}

export function summarise(states: string, copies: readonly (number | null)[]): CopiesSummary {
  let least: number | null = null
  let [keptAlive, nowhere, untold] = [0, 0, 0]
  for (const [piece, of] of copies.entries()) {
    if (of === null) {
      untold++
      continue
    }
    least = Math.min(least ?? of, of)
    if (states[piece] === '2') keptAlive += of <= RARE_MOST ? 1 : 0
    else if (of === 0) nowhere++
  }
  return {least, keptAlive, nowhere, untold}
}

/** A part of a bar some hundred steps wide. */
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
