import {useQueries} from '@tanstack/react-query'
import {useEffect, useId, useRef, useState, type KeyboardEvent} from 'react'
import {arrDefinitionQuery, changeArr} from '../../api/arrs.ts'
import {Problem} from '../../api/problem.ts'
import {queries} from '../../api/queries.ts'
import {editRule, previewQuery, ruleQuery, type ListedRule, type RulePreview} from '../../api/rules.ts'
import {text} from '../../i18n/text.ts'
import {toast, UNDO_MS} from '../../lib/toast.ts'
import {serverNow} from '../../live/clock.ts'
import {Button} from '../../ui/Button.tsx'
import {Input} from '../../ui/Input.tsx'
import {Note} from '../../ui/Note.tsx'
import {useSending} from '../../ui/use-sending.ts'
import {readValue} from '../first-run/rule-lines.ts'
import {filledIn, isRemoving, settingChange, usualValues, type BlankWay} from './blank-change.ts'
import {shownValue} from './form/value-kind.ts'
import {mistakesIn} from './preview.ts'
import type {Blank} from './sentence-pieces.ts'

/** While somebody types nothing is asked. */
const PAUSE_MS = 150
const MOST_NAMES = 5

/** How many a rule would act on now, or once their time has come, with some of their names. */
interface Reach {
  /** `null` = nobody can say. */
  readonly count: number | null
  readonly names: readonly string[]
}

/** Where the value of a blank is typed, with what it would change now. It is saved by Enter, and restored by Escape. */
export function BlankEditor({
  blank,
  rules,
  way,
  onClose,
  onNext,
}: {
  blank: Blank
  /** All that have this value. */
  rules: readonly ListedRule[]
  way: BlankWay
  onClose: () => void
  /** To the next blank of the sentence. */
  onNext: () => void
}) {
  const begin = shownValue(blank.value)
  const [typed, setTyped] = useState(begin)
  const paused = usePaused(typed)
  const saving = useSaving(blank, rules, way)
  const {more, fault, isBusy, error, problem} = saving
  const input = useRef<HTMLInputElement>(null)
  const hint = useId()
  const texts = useQueries({
    queries: rules.map(({id}) => ruleQuery(id)),
    combine: (all) => all.flatMap(({data}) => (data?.yaml ? [{id: data.id, yaml: data.yaml}] : [])),
  })
  const before = useReach(texts, blank)
  const after = useReach(
    texts.map((it) => ({...it, yaml: filledIn(it.yaml, blank, paused, way)})),
    blank,
  )
  useEffect(() => {
    input.current?.focus()
    input.current?.select()
  }, [])
  const write = (value: string) => {
    setTyped(value)
    saving.restart()
  }
  const save = (isSure: boolean) => saving.save(typed, isSure)
  const saveAndClose = async (isSure: boolean) => {
    if (await save(isSure)) onClose()
  }
  const values = usualValues(blank)
  const key = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    const step = {ArrowDown: 1, ArrowUp: -1}[event.key]
    if (event.key === 'Enter') void saveAndClose(false)
    else if (event.key === 'Tab' && !event.shiftKey) void save(false).then((isDone) => isDone && onNext())
    else if (step !== undefined) {
      const at = values.indexOf(typed.trim())
      write(
        values[at < 0 ? (step > 0 ? 0 : values.length - 1) : (at + step + values.length) % values.length]!,
      )
    } else return
    event.preventDefault()
  }
  const mistake = mistakesIn(problem)[0]?.message ?? after.mistake
  const wrong = fault || mistake || error
  return (
    <div className="grid gap-2.5">
      <label className="grid gap-1 text-12 font-medium text-text-2">
        {blank.label}
        <Input
          ref={input}
          value={typed}
          onChange={({target}) => write(target.value)}
          onKeyDown={key}
          aria-invalid={wrong !== '' || undefined}
          aria-describedby={hint}
          spellCheck={false}
          autoComplete="off"
          autoCapitalize="none"
        />
      </label>
      <UsualValues
        values={values}
        typed={typed}
        onSelect={(value) => {
          write(value)
          input.current?.focus()
        }}
      />
      <p id={hint} aria-live="polite" className="num min-h-5 text-12 text-pretty wrap-anywhere text-text-2">
        {wrong !== '' ? (
          <span className="text-st-error">{wrong}</span>
        ) : (
          effectWords(before, paused === typed ? after : null, rules, typed.trim() === begin)
        )}
      </p>
      {more && <MoreNote more={more} />}
      <div className="flex flex-wrap items-center gap-2">
        <Button
          variant={more ? 'dangerFill' : 'primary'}
          waitsFor={isBusy ? text('rules.saving') : undefined}
          onClick={() => void saveAndClose(more !== null)}
        >
          {text(
            more
              ? 'rules.blank.save-sure'
              : isMoreNow(before, after, rules)
                ? 'rules.blank.save-asks'
                : 'rules.save',
          )}
        </Button>
        <Button onClick={onClose}>{text('account.cancel')}</Button>
        <span className="min-w-0 text-12 text-text-3 wrap-anywhere">
          {way.is === 'setting' ? way.path : text('rules.blank.in-rule')}
        </span>
      </div>
    </div>
  )
}

function UsualValues({
  values,
  typed,
  onSelect,
}: {
  values: readonly string[]
  typed: string
  onSelect: (value: string) => void
}) {
  return (
    <fieldset aria-label={text('rules.blank.usual')} className="flex min-w-0 flex-wrap gap-1">
      {values.map((value) => (
        <button
          key={value}
          type="button"
          aria-pressed={value === typed.trim()}
          onClick={() => onSelect(value)}
          className="num h-6 rounded-s bg-tint-quiet px-2 text-12 text-text-2 hover:bg-press focus-visible:shadow-focus aria-pressed:bg-accent-soft aria-pressed:text-accent-strong pointer-coarse:h-11 pointer-coarse:px-3"
        >
          {value}
        </button>
      ))}
    </fieldset>
  )
}

/** What more would go, before that is saved. */
function MoreNote({more: {count, names}}: {more: Reach}) {
  return (
    <Note tone="warn" isNews>
      <p>{count === null ? text('rules.blank.more-unknown') : text('rules.blank.more', {count})}</p>
      <ul className="list-disc pl-5 empty:hidden">
        {names.slice(0, MOST_NAMES).map((name) => (
          <li key={name}>{name}</li>
        ))}
      </ul>
    </Note>
  )
}

/** Saving a value: it asks once where more would go by it, and can be undone. */
function useSaving(blank: Blank, rules: readonly ListedRule[], way: BlankWay) {
  /** What it asks about; `null` = it does not. */
  const [more, setMore] = useState<Reach | null>(null)
  /** What is wrong with what was typed; '' = nothing. */
  const [fault, setFault] = useState('')
  const {send, ...sending} = useSending()
  const restart = () => {
    setMore(null)
    setFault('')
  }
  /** @param isSure that more are removed by it @returns whether there is nothing left to do */
  const save = async (typed: string, isSure: boolean): Promise<boolean> => {
    if (typed.trim() === shownValue(blank.value)) return true
    if (sending.isBusy) return false
    const read = way.is === 'setting' ? readValue(way.name, typed, '') : {value: typed}
    if (typed.trim() === '' || 'fault' in read) {
      const wrong = 'fault' in read ? text(`setup.rules.fault.${read.fault}`, {typed: typed.trim()}) : ''
      setFault(wrong || text('rules.blank.empty'))
      return false
    }
    let isSaved = false
    await send(async () => {
      const added = await addedBy(rules, blank, typed, way)
      // A rule that somebody wrote simulates if nobody can say; a preset would act at once.
      const isAsked = added === null ? way.is === 'setting' : added.count! > 0
      if (isAsked && isRemoving(rules) && !isSure) return setMore(added ?? {count: null, names: []})
      const {back, isDry} =
        way.is === 'setting'
          ? await saveSetting(way, rules, read.value)
          : await saveText(rules, blank, typed, way, added !== null)
      isSaved = true
      const words = {label: blank.label, value: typed.trim()}
      toast({
        text: text(isDry ? 'rules.blank.saved-dry' : 'rules.blank.saved', words),
        undo: {until: serverNow() + UNDO_MS, run: () => void undone(back)},
      })
    })
    return isSaved
  }
  return {...sending, more, fault, restart, save}
}

interface SeenReach {
  /** `null` = not known (yet). */
  readonly count: number | null
  readonly mistake: string
}

/** Of all these texts together. */
function useReach(texts: readonly {readonly id: string; readonly yaml: string}[], blank: Blank): SeenReach {
  return useQueries({
    queries: texts.map(({id, yaml}) => previewQuery(yaml, id)),
    combine: (all) => {
      const problem = all.map(({error}) => error).find((it) => it instanceof Problem) ?? null
      const isWhole = all.length > 0 && all.every(({data}) => data !== undefined)
      return {
        count: isWhole ? all.reduce((sum, {data}) => sum + reachOf(data!, blank), 0) : null,
        mistake: mistakesIn(problem)[0]?.message ?? '',
      }
    },
  })
}

/** What waits for its time counts, too, unless that time is what is changed. */
function reachOf({would_act: acts, held}: RulePreview, {place}: Blank): number {
  return place[0] === 'hold' ? acts.count : acts.count + held.count
}

function isMoreNow(before: SeenReach, after: SeenReach, rules: readonly ListedRule[]): boolean {
  return before.count !== null && after.count !== null && after.count > before.count && isRemoving(rules)
}

/** "Now: 3 torrents instead of 1." */
function effectWords(
  before: SeenReach,
  after: SeenReach | null,
  [rule]: readonly ListedRule[],
  isSame: boolean,
): string {
  if (before.count === null) return text('rules.blank.effect.wait')
  const kind = rule?.subject === 'path' ? '-orphans' : ''
  if (isSame) return text(`rules.blank.effect.now${kind}`, {count: before.count})
  if (after === null || after.count === null) return text('rules.blank.effect.wait')
  if (after.count === before.count) return text(`rules.blank.effect.same${kind}`, {count: after.count})
  return text(`rules.blank.effect${kind}`, {count: after.count, before: before.count})
}

/** What a value adds to what the rules act on, as it is at this moment. @returns `null` = nobody can say */
async function addedBy(
  rules: readonly ListedRule[],
  blank: Blank,
  typed: string,
  way: BlankWay,
): Promise<Reach | null> {
  let count = 0
  const names: string[] = []
  for (const {id} of rules) {
    const {yaml} = await queries.fetchQuery(ruleQuery(id))
    if (yaml === null) return null
    try {
      const [before, after] = await Promise.all(
        [yaml, filledIn(yaml, blank, typed, way)].map((it) => queries.fetchQuery(previewQuery(it, id))),
      )
      count += Math.max(0, reachOf(after!, blank) - reachOf(before!, blank))
      const known = new Set(namesIn(before!))
      names.push(...namesIn(after!).filter((it) => !known.has(it)))
    } catch (cause) {
      // What is wrong with a text is told; that nobody could look now keeps nobody from saving a rule that simulates.
      if (cause instanceof Problem && mistakesIn(cause).length > 0) throw cause
      return null
    }
  }
  return {count, names}
}

function namesIn({rows, spared}: RulePreview): readonly string[] {
  return [...rows, ...spared.filter(({why}) => why === 'held')].map(({name}) => name)
}

interface Saved {
  /** It acted, and only reports from now on. */
  readonly isDry: boolean
  /** Takes it back. */
  readonly back: () => Promise<void>
}

/** @param isKnown what it would do now: then a rule that acts goes on acting */
async function saveText(
  rules: readonly ListedRule[],
  blank: Blank,
  typed: string,
  way: BlankWay,
  isKnown: boolean,
): Promise<Saved> {
  const backs: (() => Promise<unknown>)[] = []
  let isDry = false
  for (const {id} of rules) {
    const {yaml, revision, mode} = await queries.fetchQuery({...ruleQuery(id), staleTime: 0})
    if (yaml === null) continue
    const isActing = mode === 'live' || mode === 'ask'
    const saved = await editRule(id, filledIn(yaml, blank, typed, way), revision, isKnown && isActing)
    isDry ||= isActing && saved.mode === 'simulate'
    backs.push(() => editRule(id, yaml, saved.revision, isActing))
  }
  return {
    isDry,
    back: async () => {
      for (const back of backs) await back()
    },
  }
}

async function saveSetting(
  way: Extract<BlankWay, {is: 'setting'}>,
  rules: readonly ListedRule[],
  value: string | number,
): Promise<Saved> {
  const backs: (() => Promise<unknown>)[] = []
  for (const arr of new Set(rules.flatMap(({arrs}) => arrs))) {
    const {settings} = await queries.fetchQuery({...arrDefinitionQuery(arr), staleTime: 0})
    const {change, back} = settingChange(way.name, value, settings)
    await changeArr(arr, {settings: change})
    backs.push(() => changeArr(arr, {settings: back}))
  }
  await lookAgain()
  return {
    isDry: false,
    back: async () => {
      for (const back of backs) await back()
      await lookAgain()
    },
  }
}

/** The rules of an Arr follow from its settings. */
async function lookAgain(): Promise<void> {
  await queries.invalidateQueries({queryKey: ['rules']})
}

async function undone(back: () => Promise<void>): Promise<void> {
  try {
    await back()
  } catch (cause) {
    toast({text: text('rules.blank.not-undone', {why: (cause as Error).message}), tone: 'bad'})
  }
}

function usePaused(typed: string): string {
  const [paused, setPaused] = useState(typed)
  useEffect(() => {
    const timer = setTimeout(() => setPaused(typed), PAUSE_MS)
    return () => clearTimeout(timer)
  }, [typed])
  return paused
}
