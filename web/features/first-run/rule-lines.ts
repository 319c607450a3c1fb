/** The last step: what Commodarr will do, as few sentences, each for the rules of all Arrs that do it. Pure. */
import type {Rule} from '../../api/rules.ts'
import type {TextKey} from '../../i18n/text.ts'

export const cautions = ['watch', 'ask', 'act'] as const
export type Caution = (typeof cautions)[number]

export interface RuleLine {
  readonly id: string
  readonly says: TextKey
  /** Of all that do it, each of its own Arr. */
  readonly rules: readonly Rule[]
}

const kinds: readonly {readonly says: TextKey; readonly reasons: readonly string[]}[] = [
  {says: 'setup.rules.import', reasons: ['imported', 'importRejected']},
  {says: 'setup.rules.stalled', reasons: ['stalled', 'slow', 'unavailable', 'metadataStuck', 'errored']},
  {says: 'setup.rules.files', reasons: ['unwantedFiles', 'nothingWanted', 'mediaUnreadable', 'missingFiles']},
  {says: 'setup.rules.seeding', reasons: ['seedingDone']},
  {says: 'setup.rules.trackers', reasons: ['unregistered', 'trackerUpkeep']},
  {says: 'setup.rules.space', reasons: ['freeSpace']},
]

/** Only what there are rules for; what fits none of the sentences is together in the last one. */
export function ruleLines(rules: readonly Rule[]): readonly RuleLine[] {
  const known = kinds.map(({says, reasons}) => ({
    id: reasons[0]!,
    says,
    rules: rules.filter(({reason}) => reason !== null && reasons.includes(reason)),
  }))
  const named = new Set(known.flatMap((line) => line.rules.map(({id}) => id)))
  const others = {
    id: 'others',
    says: 'setup.rules.others' as const,
    rules: rules.filter(({id}) => !named.has(id)),
  }
  return [...known, others].filter((line) => line.rules.length > 0)
}

const destructive: ReadonlySet<string> = new Set([
  'remove',
  'removeWithData',
  'recycle',
  'failDownload',
  'quarantine',
  'extraFiles.recycle',
  'orphan.recycle',
])

interface ModeChange {
  readonly id: string
  readonly mode: Rule['mode']
}

/**
 * What has to be switched before they may act: off is what somebody switched off, and who is asked first is asked before
 * anything is removed.
 * @param off ids of lines
 */
export function modesFor(
  lines: readonly RuleLine[],
  off: ReadonlySet<string>,
  caution: Caution,
): readonly ModeChange[] {
  return lines.flatMap(({id: line, rules}) =>
    rules.flatMap(({id, mode, actions}): ModeChange[] => {
      if (mode === 'off') return []
      if (off.has(line)) return [{id, mode: 'off'}]
      const asks = caution === 'ask' && mode === 'live' && actions.some((it) => destructive.has(it))
      return asks ? [{id, mode: 'ask'}] : []
    }),
  )
}
