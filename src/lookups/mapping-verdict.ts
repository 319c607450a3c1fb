/**
 * Do the files of a server lie where its path mapping leads? Judged by complete torrents: what lies there with another
 * size speaks against the mapping; what is missing may have been deleted by hand, so it does only where nothing fits.
 * Whether a torrent is evidence at all, and whether the disk is there, is seen before (`mapping-checks.ts`). Pure.
 */
import type {MappingVerdict} from '#model/server.ts'
import type {Bytes, EpochMs} from '#model/units.ts'

/** A file that its server has whole. */
export interface LookedFile {
  readonly size: Bytes
  /** Of what lies there; `missing` = nothing does. */
  readonly there: Bytes | 'missing'
}

/** fits: all of it lies there. other, missing: most of it has another size, or does not lie there. part: some of it does. */
export type Evidence = 'fits' | 'part' | 'other' | 'missing'

/** One look; `null` as evidence = it proves nothing, and `why` says so. */
export type MappingLook =
  | {readonly evidence: readonly Evidence[]; readonly why?: never}
  | {
      readonly evidence: null
      readonly why: string
      /** Its server was asked for nothing. */
      readonly isFree?: true
    }

export interface MappingState {
  readonly verdict: MappingVerdict
  /** For people. */
  readonly reason: string
  readonly checkedAt: EpochMs | null
  /** When a first look spoke against it, ms by the duration clock; `null` = the last one did not. */
  readonly suspectedAt: number | null
}

/** One torrent that lies where another look finds nothing may be one that a person moved. */
const LEAST = 2
/** What moves, is checked or comes back meanwhile has ended by then. */
export const SECOND_LOOK_MS = 5 * 60_000

export const notLookedAt: MappingState = {
  verdict: 'unproven',
  reason: 'Its files were not looked at yet.',
  checkedAt: null,
  suspectedAt: null,
}

/** @returns `null` = it has no file with anything in it */
export function evidenceOf(files: readonly LookedFile[]): Evidence | null {
  if (files.length === 0) return null
  const fitting = files.filter(({size, there}) => there === size)
  if (fitting.length === files.length) return 'fits'
  if (2 * bytesOf(fitting) >= bytesOf(files)) return 'part'
  return files.some(({size, there}) => there !== 'missing' && there !== size) ? 'other' : 'missing'
}

function bytesOf(files: readonly LookedFile[]): Bytes {
  return files.reduce((sum, {size}) => sum + size, 0)
}

/** @param folder as its server writes it @param now by the wall clock @param at by the duration clock */
export function checkMapping(
  before: MappingState,
  {evidence, why}: MappingLook,
  {folder, now, at}: {readonly folder: string; readonly now: EpochMs; readonly at: number},
): MappingState {
  const wasContradicted = before.verdict === 'contradicted'
  if (evidence === null)
    // Where nothing can be seen nothing speaks for it either.
    return wasContradicted ? before : {verdict: 'unproven', reason: why, checkedAt: now, suspectedAt: null}
  const {fits, part, other, missing} = tallied(evidence)
  const unproven = (reason: string, suspectedAt: number | null = null): MappingState => ({
    verdict: 'unproven',
    reason,
    checkedAt: now,
    suspectedAt,
  })
  const isAgainst = (other >= LEAST && other > fits) || (fits + part === 0 && other + missing >= LEAST)
  const words = foundWords({fits, part, other, missing})
  if (isAgainst || (wasContradicted && fits + part === 0 && other + missing > 0)) {
    const suspectedAt = before.suspectedAt ?? at
    if (wasContradicted || at - suspectedAt >= SECOND_LOOK_MS) {
      const reason = `The path mapping of ${folder} is contradicted. ${words} ${wayOut}`
      return {verdict: 'contradicted', reason, checkedAt: now, suspectedAt}
    }
    return unproven(`${words} They are looked at again in a few minutes.`, suspectedAt)
  }
  if (evidence.length === 0) return unproven('None of its complete torrents is saved there.')
  if (fits < evidence.length) return unproven(words)
  if (fits < LEAST) return unproven(`${words} Another one is needed to prove it.`)
  return {verdict: 'proven', reason: words, checkedAt: now, suspectedAt: null}
}

const wayOut =
  'Correct the path mapping (PathMappings) of this server, or check the files of these torrents there: it ends when a look finds them.'

type Tally = Readonly<Record<Evidence, number>>

function tallied(evidence: readonly Evidence[]): Tally {
  const of = (kind: Evidence) => evidence.filter((it) => it === kind).length
  return {fits: of('fits'), part: of('part'), other: of('other'), missing: of('missing')}
}

/** `Looked at 5 complete torrents: 1 is there, 3 have files of other sizes there, 1 is not there.` */
function foundWords({fits, part, other, missing}: Tally): string {
  const all = fits + part + other + missing
  const found = [
    fits > 0 ? `${fits} ${fits === 1 ? 'is' : 'are'} there with all files` : '',
    part > 0 ? `${part} ${part === 1 ? 'is' : 'are'} there in part` : '',
    other > 0 ? `${other} ${other === 1 ? 'has' : 'have'} files of other sizes there` : '',
    missing > 0 ? `${missing} ${missing === 1 ? 'is' : 'are'} not there` : '',
  ]
  return `Looked at ${all} complete torrent${all === 1 ? '' : 's'}: ${found.filter(Boolean).join(', ')}.`
}
