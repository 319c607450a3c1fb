import {useImperativeHandle, useRef, type KeyboardEvent, type Ref} from 'react'
import {text} from '../../i18n/text.ts'
import {count} from '../../ui/format.ts'
import {Input, TextArea} from '../../ui/Input.tsx'
import {endsIn, entriesIn, pairTyped} from './blank-change.ts'
import {shownValue} from './form/value-kind.ts'
import type {Asked, Blank} from './sentence-pieces.ts'
import {useFitting, type Found} from './use-fitting.ts'

/** What of a field the editor around it needs. */
export interface FieldBox {
  focus(): void
  select(): void
}

/** Where the value of a blank is typed: one line, or a list with a line for each entry; beside it what fits now. */
export function BlankField({
  ref,
  blank: {label, entry},
  typed,
  onChange,
  onKeyDown,
  isWrong,
  hint,
}: {
  ref: Ref<FieldBox>
  blank: Blank
  typed: string
  onChange: (typed: string) => void
  onKeyDown: (event: KeyboardEvent) => void
  isWrong: boolean
  /** Id of what says what it changes. */
  hint: string
}) {
  const box = useRef<HTMLInputElement & HTMLTextAreaElement>(null)
  useImperativeHandle(ref, () => ({focus: () => box.current?.focus(), select: () => box.current?.select()}))
  if (entry?.is === 'choice') {
    return (
      <fieldset className="grid">
        <legend className="pb-0.5 text-12 font-medium text-text-2">{label}</legend>
        {entry.options.map(({value, shown}) => {
          const its = shownValue(value)
          return (
            <label
              key={its}
              className="flex min-h-7 items-center gap-2 rounded-s px-1 hover:bg-hover pointer-coarse:min-h-11"
            >
              <input
                ref={its === typed ? box : undefined}
                type="radio"
                name={hint}
                checked={its === typed}
                onChange={() => onChange(its)}
                onKeyDown={onKeyDown}
                aria-describedby={hint}
                className="accent-(--accent)"
              />
              {shown}
            </label>
          )
        })}
      </fieldset>
    )
  }
  const field = {
    ref: box,
    value: typed,
    onKeyDown,
    'aria-invalid': isWrong || undefined,
    'aria-describedby': hint,
    spellCheck: false,
    autoComplete: 'off',
    autoCapitalize: 'none',
  } as const
  if (entry?.is === 'pair') {
    const [from, to] = endsIn(typed)
    return (
      <fieldset className="grid grid-cols-2 gap-2">
        <legend className="pb-1 text-12 font-medium text-text-2">{label}</legend>
        <label className="grid gap-1 text-12 text-text-2">
          {text('rules.blank.from')}
          <Input {...field} value={from} onChange={({target}) => onChange(pairTyped([target.value, to]))} />
        </label>
        <label className="grid gap-1 text-12 text-text-2">
          {text('rules.blank.to')}
          <Input
            {...field}
            ref={undefined}
            value={to}
            onChange={({target}) => onChange(pairTyped([from, target.value]))}
          />
        </label>
      </fieldset>
    )
  }
  return (
    <>
      <label className="grid gap-1 text-12 font-medium text-text-2">
        {entry?.is === 'list' ? text('rules.blank.list', {label}) : label}
        {entry?.is === 'list' ? (
          <TextArea {...field} onChange={({target}) => onChange(target.value)} className="text-14" />
        ) : (
          <Input {...field} onChange={({target}) => onChange(target.value)} />
        )}
      </label>
      {entry?.is === 'list' && <EntryCounts asked={entry.asked} entries={entriesIn(typed)} />}
      {entry?.is === 'text' && entry.asked !== null && <Fits asked={entry.asked} typed={typed.trim()} />}
    </>
  )
}

/** How many torrents each entry is of now. */
function EntryCounts({asked, entries}: {asked: Asked | null; entries: readonly string[]}) {
  const found = useFitting(asked, entries)
  if (found === null || entries.length === 0) return null
  return (
    <ul
      aria-label={text('rules.blank.entries')}
      className="num grid max-h-40 gap-0.5 overflow-y-auto text-12 text-text-2"
    >
      {entries.map((entry, at) => (
        <li key={entry} className="flex gap-3">
          <span className="min-w-0 flex-1 truncate">{entry}</span>
          <span className="shrink-0">{countWords(found[at]!)}</span>
        </li>
      ))}
    </ul>
  )
}

function countWords({count: its}: Found): string {
  return its === null ? text('rules.blank.entry.unknown') : text('rules.blank.entry', {count: its})
}

/** Which live names a name or pattern fits. */
function Fits({asked, typed}: {asked: Asked; typed: string}) {
  const found = useFitting(asked, [typed])?.[0]
  if (!found || typed === '') return null
  const {names, count: its} = found
  if (names === null) return null
  const isOfTorrents = asked.fact === 'name' || asked.fact === 'comment'
  const more = (isOfTorrents ? (its ?? names.length) : names.length) - SHOWN
  return (
    <div className="num text-12 text-pretty text-text-2">
      <p>{fitWords(isOfTorrents, names.length, its)}</p>
      <ul className="list-disc pl-5 empty:hidden">
        {names.slice(0, SHOWN).map((name) => (
          <li key={name} className="wrap-anywhere">
            {name}
          </li>
        ))}
        {more > 0 && <li className="list-none">{text('preview.more', {count: count(more)})}</li>}
      </ul>
    </div>
  )
}

const SHOWN = 5

/** @param names how many categories, tags or trackers @param its how many torrents; `null` = not known */
function fitWords(isOfTorrents: boolean, names: number, its: number | null): string {
  if (names === 0) return text('rules.blank.fits.none')
  if (isOfTorrents || its === null) return text('rules.blank.fits.names', {count: its ?? names})
  return text('rules.blank.fits', {count: its})
}
