import {useQueries} from '@tanstack/react-query'
import {useNavigate} from '@tanstack/react-router'
import {useEffect, useId, useRef, useState, type KeyboardEvent} from 'react'
import {arrDefinitionQuery, changeArr} from '../../api/arrs.ts'
import {Problem} from '../../api/problem.ts'
import {answerOf} from '../../api/answer-of.ts'
import {queries} from '../../api/queries.ts'
import {editRule, previewQuery, ruleQuery, type ListedRule, type RulePreview} from '../../api/rules.ts'
import {text} from '../../i18n/text.ts'
import {toast, UNDO_MS} from '../../lib/toast.ts'
import {serverNow} from '../../live/clock.ts'
import {Button} from '../../ui/Button.tsx'
import {Kbd} from '../../ui/Kbd.tsx'
import {Note} from '../../ui/Note.tsx'
import {TextButton} from '../../ui/TextButton.tsx'
import {useSaving} from '../../ui/use-saving.ts'
import {readValue} from '../first-run/rule-lines.ts'
import {
  entriesIn,
  filledIn,
  isIncomplete,
  settingChange,
  typedOf,
  typedWords,
  usualValues,
  withUnit,
  type BlankWay,
  type Names,
} from './blank-change.ts'
import {isRemoving, partAround} from './form/rule-document.ts'
import {BlankField, type FieldBox} from './BlankField.tsx'
import {isStillOpen, typeValue, useOpenValue} from './open-value.ts'
import {useLiveLabels} from './use-fitting.ts'
import {kindOf, mistakeOf, mistakesIn} from './preview.ts'
import {recordedTogether, recordedWords, triedTogether, type Tried} from './tried.ts'
import {TriedResult} from './TryRule.tsx'
import type {Blank} from './sentence-pieces.ts'

/** While somebody types nothing is asked. */
const PAUSE_MS = 150
const MOST_NAMES = 5

/** How many a rule would act on now, or once their time has come, with some of their names. */
export interface Reach {
  /** `null` = nobody can say. */
  readonly count: number | null
  readonly names: readonly string[]
}

/** Where the value of a blank is typed, with what it would change now. It is saved by Enter, and restored by Escape. */
export function BlankEditor({
  blank,
  rules,
  way,
  names,
  onClose,
  onNext,
}: {
  blank: Blank
  /** All that have this value. */
  rules: readonly ListedRule[]
  way: BlankWay
  /** Of servers and Arrs by their ids. */
  names: Names
  onClose: () => void
  /** To the next blank of the sentence. */
  onNext: () => void
}) {
  const begin = typedOf(blank, names)
  // Until somebody types it is what stands in the rule, also when that changes meanwhile.
  const open = useOpenValue()
  const typed = open?.typed ?? begin
  const isOther = open?.begin != null && open.begin !== begin
  /** With the unit that a figure alone keeps. */
  const taken = withUnit(blank, typed)
  const paused = usePaused(typed)
  const saving = useSavingBlank(blank, rules, way, names)
  const {more, fault, isBusy, error, problem} = saving
  const isList = blank.entry?.is === 'list'
  const input = useRef<FieldBox>(null)
  const hint = useId()
  const texts = useQueries({
    queries: rules.map(({id}) => ruleQuery(id)),
    combine: (all) => all.flatMap(({data}) => (data?.yaml ? [{id: data.id, yaml: data.yaml}] : [])),
  })
  const before = useReach(texts, blank)
  const after = useReach(
    // Half of a range is no question.
    isIncomplete(blank, paused)
      ? []
      : texts.map((it) => ({...it, yaml: filledIn(it.yaml, blank, withUnit(blank, paused), way, names)})),
    blank,
    true,
  )
  useEffect(() => {
    input.current?.focus()
    input.current?.select()
  }, [])
  const write = (value: string) => {
    typeValue(value, begin)
    saving.restart()
  }
  const save = (isSure: boolean) => saving.save(taken, isSure)
  const saveAndClose = async (isSure: boolean) => {
    // Another one may have been opened since.
    if ((await save(isSure)) && isStillOpen({blank, rules})) onClose()
  }
  const values = useOffered(blank, typed, names)
  const key = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    const step = isList ? undefined : {ArrowDown: 1, ArrowUp: -1}[event.key]
    const isSaved = event.key === 'Enter' && (!isList || event.ctrlKey || event.metaKey)
    if (isSaved || (event.key.toLowerCase() === 's' && (event.ctrlKey || event.metaKey))) {
      void saveAndClose(false)
    } else if (event.key === 'Tab' && !event.shiftKey && isLastField(event))
      void save(false).then((isDone) => isDone && isStillOpen({blank, rules}) && onNext())
    else if (step !== undefined && values.length > 0) {
      const at = values.indexOf(typed.trim())
      write(
        values[at < 0 ? (step > 0 ? 0 : values.length - 1) : (at + step + values.length) % values.length]!,
      )
    } else return
    event.preventDefault()
  }
  // What is wrong with a value is so until it is another one.
  const mistake = mistakeOf(blank, problem) || (paused === typed ? after.mistake : '')
  const wrong = fault || mistake || error
  return (
    <div className="grid gap-2.5">
      <BlankField
        ref={input}
        blank={blank}
        typed={typed}
        onChange={write}
        onKeyDown={key}
        isWrong={wrong !== ''}
        hint={hint}
      />
      <UsualValues
        values={values}
        typed={typed}
        isAdded={isList}
        onSelect={(value) => {
          write(isList ? [...entriesIn(typed), value].join('\n') : value)
          input.current?.focus()
        }}
      />
      <p id={hint} aria-live="polite" className="num min-h-5 text-12 text-pretty wrap-anywhere text-text-2">
        {wrong !== '' ? (
          <span className="text-st-error">{wrong}</span>
        ) : (
          <>
            {taken !== typed && `${text('rules.blank.taken', {value: typedWords(blank, taken)})} `}
            {effectWords(before, paused === typed ? after : null, rules, taken.trim() === begin)}
          </>
        )}
      </p>
      {wrong === '' && paused === typed && taken.trim() !== begin && after.recorded !== null && (
        <p className="num text-12 text-pretty text-text-2">{recordedWords(after.recorded)}</p>
      )}
      {wrong === '' && after.tried !== null && <WhichOnes tried={after.tried} />}
      {isOther && typed.trim() !== begin && (
        <Note
          tone="warn"
          isNews
          action={<TextButton onClick={() => typeValue(null, begin)}>{text('rules.blank.take')}</TextButton>}
        >
          {text('rules.blank.meanwhile', {value: blank.shown})}
        </Note>
      )}
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
        {isList && (
          <span className="ml-auto text-12 text-text-3 max-phone:hidden pointer-coarse:hidden">
            <Kbd keys="Ctrl Enter" /> {text('rules.blank.saves')}
          </span>
        )}
      </div>
    </div>
  )
}

/** Of a range the first field leads to the second one. */
function isLastField({currentTarget}: KeyboardEvent): boolean {
  const fields = currentTarget.closest('fieldset')?.querySelectorAll('input[type=text], input:not([type])')
  return fields === undefined || fields.length < 2 || fields[1] === currentTarget
}

/** The torrents that it would act on with this value, on demand. */
function WhichOnes({tried}: {tried: Tried}) {
  const [isShown, setShown] = useState(false)
  return (
    <div className="grid gap-1.5">
      <TextButton
        aria-expanded={isShown}
        onClick={() => setShown(!isShown)}
        className="justify-self-start text-12"
      >
        {text('rules.try.which')}
      </TextButton>
      {isShown && <TriedResult tried={tried} />}
    </div>
  )
}

const MOST_OFFERED = 6

/** Values that it mostly is; of names those that most torrents have. */
function useOffered(blank: Blank, typed: string, names: Names): readonly string[] {
  const {entry} = blank
  const labels = useLiveLabels(entry?.is === 'list' || entry?.is === 'text' ? entry.asked : null, names)
  const usual = usualValues(blank)
  if (entry?.is === 'list') {
    const had = new Set(entriesIn(typed))
    return labels.filter((it) => !had.has(it)).slice(0, MOST_OFFERED)
  }
  return usual.length > 0 ? usual : labels.slice(0, MOST_OFFERED)
}

function UsualValues({
  values,
  typed,
  isAdded,
  onSelect,
}: {
  values: readonly string[]
  typed: string
  /** One that is selected stands beside the others. */
  isAdded: boolean
  onSelect: (value: string) => void
}) {
  if (values.length === 0) return null
  return (
    <fieldset
      aria-label={text(isAdded ? 'rules.blank.add' : 'rules.blank.usual')}
      className="flex min-w-0 flex-wrap gap-1"
    >
      {values.map((value) => (
        <button
          key={value}
          type="button"
          aria-pressed={isAdded ? undefined : value === typed.trim()}
          onClick={() => onSelect(value)}
          className="num h-6 max-w-full truncate rounded-s bg-tint-quiet px-2 text-12 text-text-2 hover:bg-press focus-visible:shadow-focus aria-pressed:bg-accent-soft aria-pressed:text-accent-strong pointer-coarse:h-11 pointer-coarse:px-3"
        >
          {isAdded ? `+ ${value}` : value}
        </button>
      ))}
    </fieldset>
  )
}

/** What more would go, before that is saved. */
export function MoreNote({more: {count, names}}: {more: Reach}) {
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
function useSavingBlank(blank: Blank, rules: readonly ListedRule[], way: BlankWay, names: Names) {
  /** What it asks about; `null` = it does not. */
  const [more, setMore] = useState<Reach | null>(null)
  /** What is wrong with what was typed; '' = nothing. */
  const [fault, setFault] = useState('')
  const navigate = useNavigate()
  const {send, forget, isLeft, ...sending} = useSaving(blank.label)
  const restart = () => {
    setMore(null)
    setFault('')
    forget()
  }
  /** @param isSure that more are removed by it @returns whether there is nothing left to do */
  const save = async (typed: string, isSure: boolean): Promise<boolean> => {
    if (typed.trim() === typedOf(blank, names)) return true
    if (sending.isBusy) return false
    const read = way.is === 'setting' ? readValue(way.name, typed, '') : {value: typed}
    if (isIncomplete(blank, typed) || 'fault' in read) {
      const wrong = 'fault' in read ? text(`setup.rules.fault.${read.fault}`, {typed: typed.trim()}) : ''
      setFault(wrong || text(emptyWords[blank.entry?.is ?? 'text']))
      return false
    }
    let isSaved = false
    await send(async () => {
      const fill = (yaml: string) => filledIn(yaml, blank, typed, way, names)
      const added = await addedBy(rules, blank, fill)
      // A rule that somebody wrote simulates if nobody can say; a preset would act at once.
      const isAsked = added === null ? way.is === 'setting' : added.count! > 0
      const words = {label: blank.label, value: typedWords(blank, typed)}
      if (isAsked && isRemoving(rules) && !isSure) {
        if (!isLeft()) return setMore(added ?? {count: null, names: []})
        // Nobody is there to be asked, so nothing was saved.
        const rule = rules[0]!.id
        toast({
          text: text('rules.blank.not-asked', words),
          tone: 'warn',
          action: {label: text('rules.blank.open'), run: () => void navigate({to: '/rules', search: {rule}})},
          durationMs: ASKED_MS,
        })
        return undefined
      }
      const {back, isDry} =
        way.is === 'setting'
          ? await saveSetting(way, rules, read.value)
          : await saveText(rules, blank, fill, added !== null)
      isSaved = true
      toast({
        text: text(isDry ? 'rules.blank.saved-dry' : 'rules.blank.saved', words),
        undo: {until: serverNow() + UNDO_MS, run: () => void undone(back)},
      })
    })
    return isSaved
  }
  return {...sending, more, fault, restart, save}
}

/** So long the question stays in sight that nobody was there to answer. */
const ASKED_MS = 30_000

const emptyWords = {
  list: 'rules.blank.empty-list',
  pair: 'rules.blank.empty-pair',
  quantity: 'rules.blank.empty',
  text: 'rules.blank.empty',
  choice: 'rules.blank.empty',
} as const

interface SeenReach {
  /** `null` = not known (yet). */
  readonly count: number | null
  readonly mistake: string
  /** `null` = not known (yet). */
  readonly tried: Tried | null
  readonly recorded: RulePreview['recorded']
}

/** Of all these texts together. */
function useReach(
  texts: readonly {readonly id: string; readonly yaml: string}[],
  blank: Blank,
  isOfRecorded = false,
): SeenReach {
  return useQueries({
    queries: texts.map(({id, yaml}) => previewQuery(yaml, id, isOfRecorded)),
    combine: (all) => {
      const problem = all.map(({error}) => error).find((it) => it instanceof Problem) ?? null
      const isWhole = all.length > 0 && all.every(({data}) => data !== undefined)
      return {
        count: isWhole ? all.reduce((sum, {data}) => sum + reachOf(data!, blank), 0) : null,
        mistake: mistakeOf(blank, problem),
        tried: isWhole ? triedTogether(all.map(({data}) => data!)) : null,
        recorded: isWhole ? recordedTogether(all.map(({data}) => data!)) : null,
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
  const kind = kindOf(rule?.subject)
  if (isSame) return text(`rules.blank.effect.now${kind}`, {count: before.count})
  if (after === null || after.count === null) return text('rules.blank.effect.wait')
  if (after.count === before.count) return text(`rules.blank.effect.same${kind}`, {count: after.count})
  return text(`rules.blank.effect${kind}`, {count: after.count, before: before.count})
}

/** What a value adds to what the rules act on, as it is at this moment. @returns `null` = nobody can say */
async function addedBy(
  rules: readonly ListedRule[],
  blank: Blank,
  fill: (yaml: string) => string,
): Promise<Reach | null> {
  let count = 0
  const names: string[] = []
  for (const {id} of rules) {
    const {yaml} = await answerOf(ruleQuery(id))
    if (yaml === null) return null
    try {
      const [before, after] = await Promise.all(
        [yaml, fill(yaml)].map((it) => answerOf(previewQuery(it, id))),
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
  fill: (yaml: string) => string,
  isKnown: boolean,
): Promise<Saved> {
  const backs: (() => Promise<unknown>)[] = []
  let isDry = false
  for (const {id, rule: seen} of rules) {
    const {yaml, rule, revision, mode} = await answerOf({...ruleQuery(id), staleTime: 0})
    if (yaml === null) continue
    // Another change may have put something else in its place.
    if (partAround(seen, blank.place) !== partAround(rule, blank.place)) {
      await lookAgain()
      throw new Error(text('rules.blank.moved', {label: blank.label}))
    }
    const isActing = mode === 'live' || mode === 'ask'
    const saved = await editRule(id, fill(yaml), revision, isKnown && isActing)
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
    const definition = await answerOf({...arrDefinitionQuery(arr), staleTime: 0})
    const {change, back} = settingChange(way.name, value, definition.in_force)
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
