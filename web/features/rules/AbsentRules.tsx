/** What the settings of Arrs leave out, at the end of its group: a draft of it, with what it would do. */
import {useQueries, useQuery} from '@tanstack/react-query'
import {Plus} from 'lucide-react'
import {useState} from 'react'
import {absentRulesQuery, arrDefinitionQuery, arrsQuery, changeArr, type AbsentRule} from '../../api/arrs.ts'
import {queries} from '../../api/queries.ts'
import {previewQuery, rulesQuery} from '../../api/rules.ts'
import {text} from '../../i18n/text.ts'
import {toast, UNDO_MS} from '../../lib/toast.ts'
import {serverNow} from '../../live/clock.ts'
import {Button} from '../../ui/Button.tsx'
import {Icon} from '../../ui/Icon.tsx'
import {Note} from '../../ui/Note.tsx'
import {Skeleton} from '../../ui/Skeleton.tsx'
import {useSending} from '../../ui/use-sending.ts'
import {groupOf, type RuleGroup} from './rule-rows.ts'
import {valueAt} from './blank-change.ts'
import {plainText} from './sentence-pieces.ts'
import {sentenceOf, type SentenceWords} from './sentence.ts'
import {triedTogether} from './tried.ts'
import {TriedResult} from './TryRule.tsx'

/** The same of several Arrs. */
export interface AbsentRow {
  readonly id: string
  readonly name: string
  readonly group: RuleGroup
  readonly sentence: string
  readonly settings: AbsentRule['settings']
  readonly arrs: readonly {readonly id: string; readonly name: string; readonly yamls: readonly string[]}[]
}

/** @param words `null` = not known yet, or for nobody but administrators. @returns [] while it is not known */
export function useAbsentRules(words: SentenceWords | null): readonly AbsentRow[] {
  const {data: arrs = []} = useQuery(arrsQuery)
  const own = words === null ? [] : arrs.filter(({access, enabled}) => access === 'own' && enabled)
  const read = useQueries({queries: own.map(({id}) => absentRulesQuery(id))})
  if (words === null) return []
  const all = own.flatMap(({id, name}, at) =>
    (read[at]?.data ?? []).map((preset) => rowOf({id, name}, preset, words)),
  )
  const alike = Map.groupBy(all, ({sentence, settings, name}) => JSON.stringify([name, sentence, settings]))
  return [...alike.values()].map((its) => ({...its[0]!, arrs: its.flatMap((it) => it.arrs)}))
}

function rowOf(
  arr: {readonly id: string; readonly name: string},
  {behaviour, settings, rules}: AbsentRule,
  words: SentenceWords,
): AbsentRow {
  const [first] = rules as [AbsentRule['rules'][number]]
  const actions = first.rule['do'] as readonly {readonly action: string}[]
  const its = {
    actions: actions.map(({action}) => action),
    reason: first.rule['reason'] ?? null,
  } as Parameters<typeof groupOf>[0]
  return {
    id: `${behaviour} ${arr.id}`,
    name: first.name.slice(first.name.indexOf(': ') + 2),
    group: groupOf(its),
    sentence: plainText(sentenceOf(first.rule, words).says),
    settings,
    arrs: [{...arr, yamls: rules.map(({yaml}) => yaml)}],
  }
}

/** One of them, folded to its name. */
export function AbsentLine({row}: {row: AbsentRow}) {
  const [isOpen, setOpen] = useState(false)
  const {name, arrs} = row
  return (
    <li className="grid gap-1.5 px-3.5 py-2">
      <div className="flex flex-wrap items-center gap-x-2">
        <button
          type="button"
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
          className="relative inline-flex min-h-6 items-center gap-1 rounded-s font-medium text-accent-strong hover:underline focus-visible:shadow-focus pointer-coarse:min-h-11"
        >
          <Icon icon={Plus} size={14} />
          {name}
        </button>
        <span className="min-w-0 text-12 text-text-3">{arrs.map((it) => it.name).join(', ')}</span>
      </div>
      {isOpen && <AbsentDraft row={row} />}
    </li>
  )
}

function AbsentDraft({row: {name, sentence, settings, arrs}}: {row: AbsentRow}) {
  const {send, isBusy, error} = useSending()
  const {tried, problem} = useQueries({
    queries: arrs.flatMap(({yamls}) => yamls).map((yaml) => previewQuery(yaml, null)),
    combine: (all) => ({
      tried: all.every(({data}) => data !== undefined)
        ? triedTogether(all.flatMap(({data}) => data ?? []))
        : null,
      problem: all.find((it) => it.error !== null)?.error ?? null,
    }),
  })
  const begin = () => send(() => switchedOn(name, settings, arrs))
  return (
    <div className="grid gap-2 border-l-2 border-accent pl-3">
      <p className="text-14/[1.5] text-pretty">{sentence}</p>
      <p className="font-mono text-12 break-words text-text-3">
        {settings.map(({path, value}) => `${path} = ${JSON.stringify(value)}`).join(' · ')}
      </p>
      {tried !== null && <TriedResult tried={tried} />}
      {problem !== null && (
        <Note tone="bad" isNews>
          {problem.message}
        </Note>
      )}
      {tried === null && problem === null && <Skeleton width={180} height={20} />}
      {error !== '' && (
        <Note tone="bad" isNews>
          {error}
        </Note>
      )}
      <div>
        <Button waitsFor={isBusy ? text('rules.saving') : undefined} onClick={() => void begin()}>
          {text('rules.absent.do', {count: arrs.length})}
        </Button>
      </div>
    </div>
  )
}

async function switchedOn(
  name: string,
  settings: AbsentRow['settings'],
  arrs: AbsentRow['arrs'],
): Promise<void> {
  const backs: (() => Promise<unknown>)[] = []
  for (const {id} of arrs) {
    const {settings: before} = await queries.fetchQuery({...arrDefinitionQuery(id), staleTime: 0})
    await changeArr(id, {settings: Object.fromEntries(settings.map(({path, value}) => [path, value]))})
    const back = Object.fromEntries(settings.map(({path}) => [path, valueAt(before, path)]))
    backs.push(() => changeArr(id, {settings: back}))
  }
  await lookAgain()
  toast({
    text: text('rules.absent.done', {name}),
    undo: {until: serverNow() + UNDO_MS, run: () => void undone(backs)},
  })
}

async function undone(backs: readonly (() => Promise<unknown>)[]): Promise<void> {
  try {
    for (const back of backs) await back()
    await lookAgain()
  } catch (cause) {
    toast({text: text('rules.blank.not-undone', {why: (cause as Error).message}), tone: 'bad'})
  }
}

async function lookAgain(): Promise<void> {
  await Promise.all([
    queries.invalidateQueries({queryKey: rulesQuery.queryKey}),
    queries.invalidateQueries({queryKey: ['absent-rules']}),
  ])
}
