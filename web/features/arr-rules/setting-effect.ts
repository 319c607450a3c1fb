/** What rules of an Arr would do by a change of its settings, before it is saved. */
import {useQueries, useQuery} from '@tanstack/react-query'
import {previewArr, type ArrOutcome} from '../../api/arrs.ts'
import {answerOf} from '../../api/answer-of.ts'
import {previewQuery, ruleQuery} from '../../api/rules.ts'
import type {Settings} from '../../api/sections.ts'
import type {Reach} from '../rules/BlankEditor.tsx'
import {isRemoving} from '../rules/form/rule-document.ts'
import {triedTogether, type Tried} from '../rules/tried.ts'

type FollowingRule = NonNullable<ArrOutcome['rules']>[number]

interface TriedChange {
  /** `null` = not known (yet), or for nobody but administrators. */
  readonly tried: Tried | null
  readonly error: Error | null
  readonly isWaiting: boolean
  /** It would remove something at once, or nobody can say that it would not. */
  readonly isGrave: boolean
  /** Its rules only report. */
  readonly isDry: boolean
}

const none: readonly FollowingRule[] = []

/** @param change `null` = there is nothing to look at */
export function useTriedChange(arr: string, change: Settings | null): TriedChange {
  const asked = JSON.stringify(change)
  const preview = useQuery({
    queryKey: ['arr-change', arr, asked],
    queryFn: ({signal}) => previewArr(arr, {settings: change!}, signal),
    enabled: change !== null,
    retry: false,
    gcTime: 60_000,
  })
  const rules = withoutLabels(preview.data?.rules ?? none)
  const {previews, error} = useQueries({
    queries: rules.map(({yaml}) => previewQuery(yaml, null)),
    combine: (all) => ({
      previews: all.flatMap(({data}) => data ?? []),
      error: all.find((it) => it.error !== null)?.error ?? null,
    }),
  })
  const isWhole = rules.length > 0 && previews.length === rules.length
  const tried = isWhole ? triedTogether(previews) : null
  return {
    tried,
    error: preview.error ?? error,
    isWaiting: change !== null && (preview.isPending || (rules.length > 0 && !isWhole && error === null)),
    isGrave:
      rules.some(({mode}) => mode === 'live') &&
      isRemoving(rules) &&
      (tried === null || tried.would_act.count > 0),
    isDry: rules.length > 0 && rules.every(({mode}) => mode === 'simulate'),
  }
}

/** Tags are set on very much, and say little of what a sentence does. */
function withoutLabels(rules: readonly FollowingRule[]): readonly FollowingRule[] {
  const others = rules.filter(({actions}) => !actions.every((it) => it === 'tag' || it === 'untag'))
  return others.length > 0 ? others : rules
}

/** What would go besides by a change, by rules that act at once. `null` in it = nobody can say. */
export async function addedByChange(arr: string, change: Settings): Promise<Reach> {
  const {rules} = await previewArr(arr, {settings: change}, new AbortController().signal)
  const grave = (rules ?? none).filter((rule) => rule.mode === 'live' && isRemoving([rule]))
  let count = 0
  const names: string[] = []
  try {
    for (const {id, yaml, is_new: isNew} of grave) {
      const after = await answerOf(previewQuery(yaml, null))
      const own = isNew ? null : (await answerOf(ruleQuery(id))).yaml
      const before = own === null ? null : await answerOf(previewQuery(own, id))
      count += Math.max(0, after.would_act.count - (before?.would_act.count ?? 0))
      const known = new Set(before?.rows.map(({name}) => name))
      names.push(...after.rows.map(({name}) => name).filter((it) => !known.has(it)))
    }
  } catch {
    // That nobody could look keeps nobody from saving, once that was said.
    return {count: null, names: []}
  }
  return {count, names}
}
