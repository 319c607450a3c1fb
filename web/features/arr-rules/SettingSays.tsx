import {Link} from '@tanstack/react-router'
import {Lock} from 'lucide-react'
import {useEffect, useId, useRef, useState, type KeyboardEvent, type ReactNode} from 'react'
import {changeArr, type Arr} from '../../api/arrs.ts'
import {queries} from '../../api/queries.ts'
import type {FileObstacle, SettingKey, Settings, ValueSources} from '../../api/sections.ts'
import {text} from '../../i18n/text.ts'
import {toast, UNDO_MS} from '../../lib/toast.ts'
import {serverNow} from '../../live/clock.ts'
import {Button} from '../../ui/Button.tsx'
import {Icon} from '../../ui/Icon.tsx'
import {Kbd} from '../../ui/Kbd.tsx'
import {textLinkClass} from '../../ui/TextButton.tsx'
import {useSaving} from '../../ui/use-saving.ts'
import {MoreNote, type Reach} from '../rules/BlankEditor.tsx'
import {BlankField, type FieldBox} from '../rules/BlankField.tsx'
import {BlankButton, BlankPanel} from '../rules/RuleSays.tsx'
import {listEntry, quantityEntry} from '../rules/sentence-pieces.ts'
import {faultWords, idOf} from '../settings/SettingField.tsx'
import {settingFaults} from '../settings/typed-settings.ts'
import {addedByChange} from './setting-effect.ts'
import {
  settingChoices,
  settingEdit,
  settingLabel,
  settingWords,
  typedSetting,
  usualSettings,
} from './setting-blank.ts'

/** The settings of an Arr, as whoever manages it may change them. */
export interface ArrSettings {
  readonly arr: Arr
  readonly keys: ReadonlyMap<string, SettingKey>
  /** As they are in force: what was set, whoever set it. */
  readonly settings: Settings
  readonly sources: ValueSources
  /** Why none can be changed; `null` = they can. */
  readonly obstacle: FileObstacle | null
}

type SettingPiece = string | SettingKey

/** A text with settings of the Arr in it, each a button that opens where it is changed. */
export function SettingSays({
  pieces,
  of,
  shown,
  isQuiet = false,
}: {
  pieces: readonly SettingPiece[]
  of: ArrSettings
  /** What they are in words, where that is not what is set. */
  shown?: Settings | undefined
  /** In the second line. */
  isQuiet?: boolean
}) {
  /** By its path: where it stands changes with what the sentence says. */
  const [open, setOpen] = useState<string | null>(null)
  const openAt = pieces.findIndex((it) => typeof it !== 'string' && it.path === open)
  const frame = useRef<HTMLDivElement>(null)
  const close = () => {
    frame.current?.querySelector<HTMLElement>(`[data-blank="${openAt}"]`)?.focus()
    setOpen(null)
  }
  const next = () => {
    const after = pieces.find((it, at) => at > openAt && typeof it !== 'string')
    if (after === undefined || typeof after === 'string') close()
    else setOpen(after.path)
  }
  const key = open === null ? undefined : of.keys.get(open)
  return (
    <div ref={frame} className="relative">
      <p
        className={
          isQuiet ? 'text-12/[1.5] text-text-3 wrap-anywhere' : 'text-14/[1.5] text-pretty wrap-anywhere'
        }
      >
        {pieces.map((piece, at): ReactNode => {
          if (typeof piece === 'string') return piece
          return (
            <BlankButton
              key={piece.path}
              at={at}
              blank={{label: settingLabel(piece), shown: settingWords(piece, shown ?? of.settings)}}
              isLocked={lockWords(piece, of) !== null}
              isQuiet={isQuiet}
              isOpen={openAt === at}
              onClick={() => setOpen(openAt === at ? null : piece.path)}
            />
          )
        })}
      </p>
      {key !== undefined && (
        <BlankPanel
          key={open}
          label={settingLabel(key)}
          frame={frame}
          at={openAt}
          onClose={close}
          onLeave={() => setOpen(null)}
        >
          <Changing about={key} of={of} shown={shown ?? of.settings} onClose={close} onNext={next} />
        </BlankPanel>
      )}
    </div>
  )
}

/** What keeps a setting as it is, in words; `null` = nothing does. */
function lockWords({path}: SettingKey, {sources, obstacle}: ArrSettings): string | null {
  const source = sources.get(path)
  if (source?.from === 'variable') return text('setting.locked', {key: path, variable: source.variable})
  return obstacle === null ? null : text(`setting.obstacle.${obstacle}`)
}

interface EditorProps {
  readonly about: SettingKey
  readonly of: ArrSettings
  /** What the sentence shows. */
  readonly shown: Settings
  readonly onClose: () => void
  /** To the next blank of the sentence. */
  readonly onNext: () => void
}

function Changing(props: EditorProps) {
  const {about, of} = props
  const lock = lockWords(about, of)
  if (lock !== null) {
    return (
      <p className="flex items-start gap-1.5 text-12 text-pretty text-text-2">
        <Icon icon={Lock} size={14} className="mt-0.5 text-text-3" />
        {lock}
      </p>
    )
  }
  if (about.input === 'rows') return <ToTable about={about} of={of} />
  return settingChoices(about).length > 0 ? <ChoiceEditor {...props} /> : <TypedEditor {...props} />
}

/** Rows are changed in the table of all settings. */
function ToTable({about: {path}, of: {arr}}: Pick<EditorProps, 'about' | 'of'>) {
  return (
    <Link to="/library/arrs/$id" params={{id: arr.id}} hash={idOf(path)} className={textLinkClass}>
      {text('arr-rules.edit.rows')}
    </Link>
  )
}

/** One of a few: it is saved when it is selected. */
function ChoiceEditor({about, of, onClose}: EditorProps) {
  const {save, isBusy, wrong, more} = useSetting(about, of)
  const first = useRef<HTMLButtonElement>(null)
  useEffect(() => first.current?.focus(), [])
  const choices = settingChoices(about)
  const now = settingWords(about, of.settings)
  const pressed = Math.max(
    0,
    choices.findIndex(({label}) => label === now),
  )
  return (
    <div className="grid gap-2.5">
      <fieldset aria-label={settingLabel(about)} aria-busy={isBusy} className="grid min-w-0 gap-1">
        <legend className="mb-1 text-12 font-medium text-text-2">{settingLabel(about)}</legend>
        {choices.map(({value, label}, at) => (
          <button
            key={value}
            ref={at === pressed ? first : undefined}
            type="button"
            aria-pressed={at === pressed}
            onClick={() => void save(value).then((isSaved) => isSaved && onClose())}
            onKeyDown={(event) => {
              const step = {ArrowDown: 1, ArrowUp: -1}[event.key]
              if (step === undefined) return
              event.preventDefault()
              const all = event.currentTarget.parentElement!.querySelectorAll('button')
              all[(at + step + all.length) % all.length]?.focus()
            }}
            className="min-h-7 rounded-s px-2 text-left hover:bg-press focus-visible:shadow-focus aria-pressed:bg-accent-soft aria-pressed:text-accent-strong pointer-coarse:min-h-11"
          >
            {label}
          </button>
        ))}
      </fieldset>
      {more && <MoreNote more={more} />}
      {more && <p className="text-12 text-text-2">{text('arr-rules.edit.again')}</p>}
      {wrong !== '' && <Wrong words={wrong} />}
      <Foot about={about} of={of} />
    </div>
  )
}

function TypedEditor({about, of, shown, onClose, onNext}: EditorProps) {
  const begin = typedSetting(about, shown)
  const [own, setOwn] = useState<string | null>(null)
  const typed = own ?? begin
  const {save, isBusy, wrong, more, restart} = useSetting(about, of)
  const input = useRef<FieldBox>(null)
  const hint = useId()
  const isList = about.input === 'list'
  useEffect(() => {
    input.current?.focus()
    input.current?.select()
  }, [])
  const write = (value: string) => {
    setOwn(value)
    restart()
  }
  const saveThen = (then: () => void) => {
    void save(typed).then((isSaved) => isSaved && then())
  }
  const key = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    const isSaved = event.key === 'Enter' && (!isList || event.ctrlKey || event.metaKey)
    if (isSaved || (event.key.toLowerCase() === 's' && (event.ctrlKey || event.metaKey))) saveThen(onClose)
    else if (event.key === 'Tab' && !event.shiftKey) saveThen(onNext)
    else return
    event.preventDefault()
  }
  const values = usualSettings(about)
  return (
    <div className="grid gap-2.5">
      <BlankField
        ref={input}
        blank={{
          place: [about.path],
          label: settingLabel(about),
          shown: typed,
          value: typed,
          unit: null,
          entry: isList ? listEntry(null) : quantityEntry,
        }}
        typed={typed}
        onChange={write}
        onKeyDown={key}
        isWrong={wrong !== ''}
        hint={hint}
      />
      {values.length > 0 && (
        <fieldset aria-label={text('rules.blank.usual')} className="flex min-w-0 flex-wrap gap-1">
          {values.map((value) => (
            <button
              key={value}
              type="button"
              aria-pressed={value === typed.trim()}
              onClick={() => {
                write(value)
                input.current?.focus()
              }}
              className="num h-6 max-w-full truncate rounded-s bg-tint-quiet px-2 text-12 text-text-2 hover:bg-press focus-visible:shadow-focus aria-pressed:bg-accent-soft aria-pressed:text-accent-strong pointer-coarse:h-11 pointer-coarse:px-3"
            >
              {settingWords(about, settingEdit(about, {}, value).change)}
            </button>
          ))}
        </fieldset>
      )}
      <div id={hint}>{wrong === '' ? <Foot about={about} of={of} /> : <Wrong words={wrong} />}</div>
      {more && <MoreNote more={more} />}
      <div className="flex flex-wrap items-center gap-2">
        <Button
          variant={more ? 'dangerFill' : 'primary'}
          waitsFor={isBusy ? text('rules.saving') : undefined}
          onClick={() => saveThen(onClose)}
        >
          {text(more ? 'rules.blank.save-sure' : 'rules.save')}
        </Button>
        <Button onClick={onClose}>{text('account.cancel')}</Button>
        <span className="ml-auto text-12 text-text-3 max-phone:hidden pointer-coarse:hidden">
          <Kbd keys={isList ? 'Ctrl Enter' : 'Enter'} /> {text('rules.blank.saves')}
        </span>
      </div>
    </div>
  )
}

function Wrong({words}: {words: string}) {
  return (
    <p role="alert" className="text-12 text-pretty text-st-error wrap-anywhere">
      {words}
    </p>
  )
}

/** Which key it is, what it is without being set, and where it is saved. */
function Foot({about: {path, standard}, of: {arr}}: Pick<EditorProps, 'about' | 'of'>) {
  return (
    <p className="text-12 text-text-3 wrap-anywhere">
      {[
        path,
        ...(standard === '–' || standard === '[]' || standard === ''
          ? []
          : [text('arr-rules.edit.default', {value: standard.replaceAll(/["`]/g, '')})]),
        text(arr.origin === 'file' ? 'arr-rules.edit.file' : 'arr-rules.edit.here'),
      ].join(' · ')}
    </p>
  )
}

/** Saving one setting: with what the Arr has against it at the field, and the way back. */
function useSetting(about: SettingKey, {arr, settings}: ArrSettings) {
  /** What it asks about, with what was typed; `null` = it does not. */
  const [asked, setAsked] = useState<{readonly typed: string; readonly more: Reach} | null>(null)
  const label = settingLabel(about)
  const {send, isBusy, error, problem, forget, isLeft} = useSaving(label)
  const fault = settingFaults(problem)?.[about.path]
  return {
    isBusy,
    wrong: fault ? faultWords(label, fault) : error,
    more: asked?.more ?? null,
    restart: () => {
      setAsked(null)
      forget()
    },
    save: async (typed: string): Promise<boolean> => {
      if (isBusy) return false
      const {change, back} = settingEdit(about, settings, typed)
      if (Object.keys(change).length === 0) return true
      const words = {label, value: settingWords(about, settingEdit(about, {}, typed).change)}
      let isSaved = false
      await send(async () => {
        const more = asked?.typed === typed ? null : await addedByChange(arr.id, change)
        if (more !== null && more.count !== 0) {
          if (!isLeft()) return setAsked({typed, more})
          // Nobody is there to be asked, so nothing was saved.
          return void toast({text: text('rules.blank.not-asked', words), tone: 'warn', durationMs: UNDO_MS})
        }
        await changeSettings(arr.id, change, back, text('rules.blank.saved', words))
        isSaved = true
      })
      return isSaved
    },
  }
}

/** Changes settings of an Arr, from which its rules follow; it can be taken back for a moment. */
export async function changeSettings(
  id: string,
  change: Settings,
  back: Settings,
  done: string,
): Promise<void> {
  await changeArr(id, {settings: change})
  await queries.invalidateQueries({queryKey: ['rules']})
  const undo = async () => {
    try {
      await changeArr(id, {settings: back})
      await queries.invalidateQueries({queryKey: ['rules']})
    } catch (cause) {
      toast({text: text('rules.blank.not-undone', {why: (cause as Error).message}), tone: 'bad'})
    }
  }
  toast({text: done, undo: {until: serverNow() + UNDO_MS, run: () => void undo()}})
}
