/** Limits as they are typed, and what is sent of them. Pure. */
import type {Cell} from '../../../live/wire.ts'
import type {mixed} from './chosen-facts.ts'

/** 'mixed' = the torrents differ: it stays on each as it is until somebody chooses. */
export type LimitMode = 'mixed' | 'inherit' | 'none' | 'value'

export interface LimitField {
  readonly mode: LimitMode
  /** In the unit of the field. */
  readonly value: number | null
}

/** @param per how many of what the server counts in are one of the field's units */
export function limitField(cell: Cell | typeof mixed, per: number): LimitField {
  if (cell === 'inherit') return {mode: 'inherit', value: null}
  if (cell === null || cell === undefined) return {mode: 'none', value: null}
  if (typeof cell !== 'number') return {mode: 'mixed', value: null}
  return {mode: 'value', value: Number((cell / per).toPrecision(6))}
}

/** `undefined` = it stays. @throws nothing; a value without a number is no change */
export function limitSent(
  field: LimitField,
  before: LimitField,
  per: number,
): number | null | 'inherit' | undefined {
  if (field.mode === before.mode && field.value === before.value) return undefined
  if (field.mode === 'mixed') return undefined
  if (field.mode === 'inherit') return 'inherit'
  if (field.mode === 'none') return null
  return field.value === null ? undefined : field.value * per
}

/** A limit was wanted and its number is missing. */
export function lacksValue({mode, value}: LimitField): boolean {
  return mode === 'value' && value === null
}
