import {useMutation, useQuery} from '@tanstack/react-query'
import {Save} from 'lucide-react'
import {useRouter} from '@tanstack/react-router'
import {useEffect, useRef, useState, type ReactNode} from 'react'
import type {
  FileObstacle,
  SectionEffect,
  SettingChange,
  SettingKey,
  Settings,
  ValueSources,
} from '../../api/sections.ts'
import {Problem} from '../../api/problem.ts'
import {text} from '../../i18n/text.ts'
import {toast, UNDO_MS} from '../../lib/toast.ts'
import {serverNow} from '../../live/clock.ts'
import {Button} from '../../ui/Button.tsx'
import {lazyPart} from '../../ui/lazy-part.ts'
import {Note} from '../../ui/Note.tsx'
import {notSaved, useIsLeft} from '../../ui/use-saving.ts'
import {useSettled} from '../../ui/use-settled.ts'
import {useCommands} from '../commands/commands.ts'
import {ReviewDialog} from './ReviewDialog.tsx'
import {faultWords, SettingGroup, type GroupWords, type SecretState} from './SettingField.tsx'
import {leaveQuestion} from './leave-question.ts'
import {
  changedKeys,
  settingFaults,
  settingsPatch,
  strayFaults,
  typedFrom,
  typedValue,
  valuesOf,
  wasOf,
  type TypedSettings,
  type TypedValue,
} from './typed-settings.ts'

const LeaveDialog = lazyPart(['accounts'], async () => (await import('./LeaveDialog.tsx')).LeaveDialog)

const TYPING_MS = 500
const LOOK_MS = 2_000

/** How the keys of one section are asked for and changed. */
export interface SettingSource<Effect> {
  /** Whose it is. */
  readonly id: string
  readonly preview: (change: SettingChange, signal: AbortSignal) => Promise<Effect>
  readonly save: (change: SettingChange) => Promise<Effect>
  readonly effectWords: (effect: Effect) => string
  /** What follows from it beside that, in the review. */
  readonly consequences?: (effect: Effect) => ReactNode
  readonly savedWords: (effect: Effect) => string
  /** What of config.toml a change would write, `null` = it stands in no file; and what was changed there meanwhile. */
  readonly writtenOf: (
    effect: Effect,
  ) => Pick<SectionEffect, 'conflicts'> & {readonly lines: SectionEffect['lines'] | null}
}

interface FormOf<Effect> {
  readonly keys: readonly SettingKey[]
  /** As they are in force. */
  readonly settings: Settings
  /** As they stand where they are changed, for what is changed there meanwhile; absent = as they are in force. */
  readonly written?: Settings
  readonly source: SettingSource<Effect>
}

/** What is typed into a form, what it would change, and what stands in the way of that. */
function useSettingChanges<Effect>({keys, settings, written: kept = settings, source}: FormOf<Effect>) {
  const [known, setKnown] = useState(() => ({typed: typedFrom(settings, keys), values: valuesOf(kept, keys)}))
  const [typed, setTyped] = useState(known.typed)
  const [life, setLife] = useState(0)
  const changed = changedKeys(known.typed, typed, keys)
  const isDirty = changed.length > 0
  const settled = useSettled(typed, TYPING_MS)
  const changeTo = (to: TypedSettings): SettingChange => {
    return {
      settings: settingsPatch(known.typed, to, keys),
      was: wasOf(changedKeys(known.typed, to, keys), known.values),
    }
  }
  const isSettled = settled === typed
  const asked = changeTo(settled)
  const effect = useQuery({
    queryKey: ['setting-effect', source.id, JSON.stringify(asked)],
    queryFn: ({signal}) => source.preview(asked, signal),
    enabled: isDirty && isSettled,
    retry: false,
    // It is repaired elsewhere, while this waits.
    refetchInterval: ({state: {error: fault}}) =>
      fault instanceof Problem && fault.code === 'config_invalid' ? LOOK_MS : false,
    gcTime: 60_000,
  })
  const isLeft = useIsLeft()
  const saving = useMutation({
    mutationFn: async () => {
      const isSecret = changed.some(({input}) => input === 'secret')
      // What a secret was no page knows.
      const back = isSecret ? null : settingsPatch(typed, known.typed, keys)
      return {did: await source.save(changeTo(typed)), back}
    },
    onSuccess: ({did, back}) => {
      const undo = back && {until: serverNow() + UNDO_MS, run: () => void undone(source, back)}
      toast({text: source.savedWords(did), tone: 'good', ...(undo && {undo})})
    },
    onError: (error) => {
      if (isLeft()) notSaved(text('nav.settings'), error)
      // What was changed elsewhere meanwhile stands in the preview.
      else void effect.refetch()
    },
  })
  const answer = isSettled && effect.data !== undefined && !effect.error ? effect.data : undefined
  const written = answer === undefined ? null : source.writtenOf(answer)
  const conflicts = isDirty ? (written?.conflicts ?? []) : []
  const begin = (now: TypedSettings) => {
    setTyped(now)
    setLife(life + 1)
    saving.reset()
  }
  return {
    known: known.typed,
    typed,
    /** Another one each time the fields begin again. */
    life,
    changed,
    isSaving: saving.isPending,
    error: isDirty ? (saving.error ?? effect.error) : null,
    effect: answer === undefined ? '' : source.effectWords(answer),
    consequences: answer === undefined ? null : (source.consequences?.(answer) ?? null),
    lines: written?.lines ?? null,
    conflicts,
    change: (path: string, value: TypedValue) => {
      saving.reset()
      setTyped((now) => ({...now, [path]: value}))
    },
    revert: () => begin(known.typed),
    /** What is written is asked again. */
    check: () => void effect.refetch(),
    isChecking: effect.isFetching || !isSettled,
    /** Why it is not known what would be written. */
    unchecked: effect.error?.message ?? null,
    save: () => saving.mutate(),
    /** What is there now is what was there before; the form goes on with what was typed, or with that. */
    settle: (isTheirs: boolean) => {
      const now = new Map(conflicts.map(({key, now: value}) => [key, value]))
      const theirs = Object.fromEntries(
        keys.filter(({path}) => now.has(path)).map((key) => [key.path, typedValue(now.get(key.path), key)]),
      )
      setKnown({typed: {...known.typed, ...theirs}, values: {...known.values, ...Object.fromEntries(now)}})
      begin(isTheirs ? {...typed, ...theirs} : typed)
    },
  }
}

/** Takes what was saved back. */
async function undone<Effect>(source: SettingSource<Effect>, back: Settings): Promise<void> {
  try {
    await source.save({settings: back, was: {}})
  } catch (cause) {
    toast({text: text('setting.not-undone', {why: (cause as Error).message}), tone: 'bad'})
  }
}

type Changes = ReturnType<typeof useSettingChanges>

/** Every key with what it means and where its value comes from; what a change does is shown before it is saved. */
export function SettingsForm<Effect>({
  keys,
  groups,
  settings,
  written = settings,
  secrets,
  sources,
  obstacle,
  isInFile,
  isShown = everyKey,
  source,
}: FormOf<Effect> & {
  groups: readonly GroupWords[]
  /** What is there of secrets, by path. */
  secrets: Readonly<Record<string, SecretState>>
  sources: ValueSources
  /** Why nothing can be changed. */
  obstacle: FileObstacle | null
  isInFile: boolean
  /** Keys that are left out keep what was typed into them. */
  isShown?: (key: SettingKey) => boolean
}) {
  const form = useRef<HTMLFormElement>(null)
  const changes = useSettingChanges({keys, settings, written, source})
  const {typed, changed, life, error, conflicts} = changes
  const isDirty = changed.length > 0
  const faults = settingFaults(error)
  const stray = faults && strayFaults(faults, keys)
  // What was sent is saved, whoever leaves; its outcome is a toast then.
  const leaving = useLeaveQuestion(isDirty && !changes.isSaving)
  const shown = keys.filter(isShown)
  const [isReviewing, setReviewing] = useState(false)
  if (isReviewing && !isDirty) setReviewing(false)
  useCommands([
    {
      id: 'setting-form.save',
      group: 'act',
      label: 'setting.save',
      icon: Save,
      keys: ['$mod+s'],
      reason: () => (isDirty ? null : text('section.effect.none')),
      run: () => form.current?.requestSubmit(),
    },
  ])
  return (
    <form
      ref={form}
      noValidate
      className="grid gap-5 p-3.5"
      onSubmit={(event) => {
        event.preventDefault()
        if (faults !== null) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
        // Nothing is written before it was seen what is written.
        else if (isDirty) {
          changes.check()
          setReviewing(true)
        }
      }}
    >
      {leaving !== null && <LeaveDialog count={changed.length} onAnswer={leaving} />}
      {obstacle !== null ? (
        <Note tone="warn">{text(`setting.obstacle.${obstacle}`)}</Note>
      ) : (
        isInFile && <Note>{text('setting.in-file')}</Note>
      )}
      <fieldset disabled={obstacle !== null} className="contents">
        {groups
          .map((words) => ({words, those: shown.filter(({group}) => group === words.group)}))
          .filter(({those}) => those.length > 0)
          .map(({words, those}) => (
            <SettingGroup
              key={`${words.group} ${life}`}
              words={words}
              keys={those}
              typed={typed}
              faults={faults ?? {}}
              secrets={secrets}
              sources={sources}
              isFixed={obstacle !== null}
              onChange={changes.change}
            />
          ))}
      </fieldset>
      {error && faults === null && conflicts.length === 0 && (
        <Note tone="bad" isNews>
          {error.message}
        </Note>
      )}
      {stray?.map(([path, fault]) => (
        <Note key={path} tone="bad" isNews>
          {faultWords(path, fault)}
        </Note>
      ))}
      {isDirty && (
        <ChangeBar
          changes={changes}
          keys={keys}
          secrets={secrets}
          faults={faults === null ? 0 : Object.keys(faults).length}
          isReviewing={isReviewing}
          onReviewed={() => setReviewing(false)}
        />
      )}
    </form>
  )
}

/** What was changed, what it does, and what can be done with it; in sight as long as there is something to save. */
function ChangeBar({
  changes,
  keys,
  secrets,
  faults,
  isReviewing,
  onReviewed,
}: {
  changes: Changes
  keys: readonly SettingKey[]
  secrets: Readonly<Record<string, SecretState>>
  faults: number
  /** What is written is shown, and can be saved there. */
  isReviewing: boolean
  onReviewed: () => void
}) {
  const {known, typed, changed, conflicts, effect, error, isSaving} = changes
  const faulty = faults > 0 ? text('setting.faults', {count: faults}) : undefined
  const question = conflicts.length > 0 ? <Conflicts changes={changes} keys={keys} /> : null
  const shown = changed.map((key) => ({
    path: key.path,
    before: shownValue(key, known[key.path] ?? '', secrets[key.path] === 'set'),
    after: shownValue(key, typed[key.path] ?? ''),
  }))
  const [one] = shown
  const unsaid = text('setting.unsaid')
  const first = one && `${one.path}: ${one.before || unsaid} → ${one.after || unsaid}`
  return (
    <div className="sticky -bottom-12 z-10 -mx-3.5 -mb-3.5 flex flex-wrap items-center gap-2 border-t border-line bg-surface px-3.5 py-2.5 max-phone:-bottom-8">
      {!isReviewing && question}
      <b>{text('setting.changes', {count: changed.length})}</b>
      <output className="min-w-0 flex-1 text-12 text-text-2">
        {first && <span className="mr-2 break-words text-text">{first}</span>}
        {faulty ?? effect}
      </output>
      <Button onClick={changes.revert}>{text('setting.revert')}</Button>
      <Button type="submit" variant="primary">
        {faults > 0 ? text('setting.fix', {count: faults}) : text('setting.save')}
      </Button>
      <ReviewDialog
        isOpen={isReviewing && faults === 0}
        onClose={onReviewed}
        changes={shown}
        lines={changes.lines}
        effect={effect}
        consequences={changes.consequences}
        question={question}
        error={conflicts.length > 0 ? null : (error?.message ?? null)}
        isSaving={isSaving}
        obstacle={obstacleTo(changes)}
        onSave={changes.save}
      />
    </div>
  )
}

/** What is there by now of keys that are being changed. */
function Conflicts({changes, keys}: {changes: Changes; keys: readonly SettingKey[]}) {
  return (
    <Note
      className="basis-full"
      tone="warn"
      isNews
      action={
        <>
          <Button onClick={() => changes.settle(true)}>
            {text(changes.lines === null ? 'setting.conflict.theirs-here' : 'setting.conflict.theirs')}
          </Button>
          <Button onClick={() => changes.settle(false)}>{text('setting.conflict.mine')}</Button>
        </>
      }
    >
      {conflictWords(changes)}
      <ul>
        {changes.conflicts.map(({key, now}) => {
          const about = keys.find(({path}) => path === key)
          const value = about === undefined ? '' : shownValue(about, typedValue(now, about))
          return (
            <li key={key} className="break-words">
              {value === ''
                ? text('setting.conflict.gone', {key})
                : text('setting.conflict.now', {key, value})}
            </li>
          )
        })}
      </ul>
    </Note>
  )
}

/** Why what is reviewed cannot be saved yet; `null` = it can. */
function obstacleTo(changes: Changes): string | null {
  if (changes.conflicts.length > 0) return conflictWords(changes)
  return changes.unchecked ?? (changes.isChecking ? text('setting.review.asking') : null)
}

function conflictWords({lines}: Changes): string {
  return text(lines === null ? 'setting.conflict.here' : 'setting.conflict')
}

/**
 * Who leaves the page with changes is asked once. Another tab or address of the browser is asked about by the browser.
 * @returns answers the question; `null` = nothing is asked
 */
function useLeaveQuestion(isDirty: boolean): ((leaves: boolean) => void) | null {
  const {history} = useRouter()
  const [answer, setAnswer] = useState<((leaves: boolean) => void) | null>(null)
  useEffect(() => {
    if (!isDirty) return undefined
    const ask = leaveQuestion((to) => setAnswer(() => to))
    return history.block({
      blockerFn: ({currentLocation, nextLocation}) => {
        // A filter or a place of the same page.
        if (currentLocation.pathname === nextLocation.pathname) return false
        return ask()
      },
      enableBeforeUnload: true,
    })
  }, [history, isDirty])
  return answer
}

const everyKey = () => true

/** In one line; '' = absent. Of a secret only that there is one. */
function shownValue({input}: SettingKey, value: TypedValue, isKept = false): string {
  if (input === 'secret') return isKept || (value !== null && value !== '') ? '***' : ''
  if (value === null) return ''
  if (typeof value === 'string') return value.split('\n').join(', ')
  return value.length === 0 ? '' : text('setting.row.count', {count: value.length})
}
