/** How careful Commodarr begins with an Arr that is added. Pure. */
import type {Rule, RuleMode} from '../../../api/rules.ts'

/** watch: its rules only report. ask: they ask before they remove anything. act: they do what they say. */
export const cautions = ['watch', 'ask', 'act'] as const
export type Caution = (typeof cautions)[number]

/** What is undone by no click. */
const destructive: ReadonlySet<string> = new Set([
  'remove',
  'removeWithData',
  'recycle',
  'failDownload',
  'quarantine',
  'extraFiles.recycle',
  'orphan.recycle',
])

type NewRule = Pick<Rule, 'id' | 'origin' | 'arrs' | 'mode' | 'actions'>

/** What has to be switched of the rules that came with an Arr. What is off, or reports already, stays as it is. */
export function modesOfNew(
  rules: readonly NewRule[],
  arr: string,
  caution: Caution,
): readonly {readonly id: string; readonly mode: RuleMode}[] {
  const its = rules.filter(({origin, arrs}) => origin === 'preset' && arrs.length === 1 && arrs[0] === arr)
  return its.flatMap(({id, mode, actions}) => {
    const wanted = modeFor(mode, actions, caution)
    return wanted === mode ? [] : [{id, mode: wanted}]
  })
}

function modeFor(mode: RuleMode, actions: readonly string[], caution: Caution): RuleMode {
  if (mode === 'off' || mode === 'simulate') return mode
  if (caution === 'watch') return 'simulate'
  if (caution === 'act') return 'live'
  return actions.some((it) => destructive.has(it)) ? 'ask' : mode
}
