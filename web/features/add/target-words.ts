/** What stands below the name of a server that something could be added to. Pure. */
import {text} from '../../i18n/text.ts'
import {bytes, count, written} from '../../ui/format.ts'
import {counted} from '../actions/counted.ts'
import {healthLook} from '../servers/health/health-words.ts'
import type {Target} from './use-targets.ts'

export interface TargetWords {
  readonly text: string
  /** Somebody should think twice. */
  readonly isWarning: boolean
}

/** Of what it has less than this share is left, or nothing. */
const LITTLE = 0.1

export function targetWords(
  {server, canTake, has}: Pick<Target, 'server' | 'canTake' | 'has'>,
  size: {readonly bytes: number; readonly isWhole: boolean},
  torrents: number,
): TargetWords {
  if (!canTake) return {text: refusal(server), isWarning: false}
  const words = [hasWords(has, torrents), spaceWords(server.free_space, size)].filter(Boolean)
  return {text: words.join(' '), isWarning: isTight(server.free_space, size.bytes)}
}

/** The word at its right; `null` = its free space stands there. */
export function refusedWord({server, canTake}: Pick<Target, 'server' | 'canTake'>): string | null {
  if (canTake) return null
  return server.access === 'view' ? text('add.look-only') : text(healthLook(server).word)
}

function refusal({server_name: name, access, advice, detail}: Target['server']): string {
  if (access === 'view') return text('add.look-only.why', {name})
  return advice || detail || text('add.away', {name})
}

function hasWords(has: number, torrents: number): string {
  if (has === 0) return ''
  if (torrents === 1) return text('add.has-it')
  return counted('add.has', has, {of: count(torrents)})
}

function spaceWords(
  free: number | undefined,
  {bytes: size, isWhole}: {bytes: number; isWhole: boolean},
): string {
  if (free === undefined) return text('add.free-unknown')
  if (size === 0) return ''
  if (free < size) return text('add.too-full', {missing: written(bytes(size - free))})
  return text(isWhole ? 'add.left' : 'add.left-less', {left: written(bytes(free - size))})
}

function isTight(free: number | undefined, size: number): boolean {
  return free !== undefined && size > 0 && free - size < free * LITTLE
}
