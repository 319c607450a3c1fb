import {useLocation} from '@tanstack/react-router'
import {ChevronRight, Lock, Plus, Trash2} from 'lucide-react'
import {useEffect, useRef, useState, type ReactNode} from 'react'
import type {SettingColumn as About, SettingKey, ValueSource, ValueSources} from '../../api/sections.ts'
import {text} from '../../i18n/text.ts'
import {Badge} from '../../ui/Badge.tsx'
import {Button} from '../../ui/Button.tsx'
import {Field} from '../../ui/Field.tsx'
import {Fold} from '../../ui/Fold.tsx'
import {Icon} from '../../ui/Icon.tsx'
import {Input, TextArea} from '../../ui/Input.tsx'
import {joined} from '../../ui/joined.ts'
import {SecretInput} from '../../ui/SecretInput.tsx'
import {Select} from '../../ui/Select.tsx'
import {Sought} from '../../ui/Sought.tsx'
import {
  newRow,
  plainMeaning,
  type SettingFault,
  type SettingFaults,
  type TypedRow,
  type TypedSettings,
  type TypedValue,
} from './typed-settings.ts'

export type SecretState = 'none' | 'set' | 'unreadable'

/** One key: what it means above, how the file calls it and what it is without it below. */
function SettingField({
  about,
  value,
  fault,
  secret = 'none',
  source,
  onChange,
}: {
  about: About
  /** '' = as when the key is absent; `null` = a secret is taken out. */
  value: string | null
  fault: SettingFault | null
  /** What is there of a secret. */
  secret?: SecretState | undefined
  /** Where the value comes from; absent = it is the default, `null` = it is not shown. */
  source?: ValueSource | null | undefined
  onChange: (value: string | null) => void
}) {
  const {path, means} = about
  const variable = source?.from === 'variable' ? source : null
  return (
    <Field
      label={plainMeaning(means)}
      aside={source !== null && <SourceBadge source={source} />}
      hint={variable === null ? hintOf(about) : lockedHint(about, value ?? '', variable)}
      error={fault && faultWords(path, fault)}
    >
      {variable !== null ? (
        <Input readOnly value={wordFor(about, variable.value ?? '***')} icon={Lock} />
      ) : about.input === 'secret' ? (
        <SecretInput
          value={{typed: value ?? '', erase: value === null, state: secret}}
          onChange={({typed, erase}) => onChange(erase ? null : typed)}
        />
      ) : (
        <Control about={about} value={value ?? ''} onChange={onChange} />
      )}
    </Field>
  )
}

/** Which variable decides, and what the file has in vain. */
function lockedHint(
  about: About,
  written: string,
  {variable, value}: ValueSource & {from: 'variable'},
): string {
  const locked = text('setting.locked', {key: about.path, variable})
  const isOther = about.input !== 'secret' && written !== '' && written !== value
  return isOther ? `${locked} ${text('setting.locked.file', {value: wordFor(about, written)})}` : locked
}

/** "config.toml", "environment", "set here", "default". */
export function SourceBadge({source}: {source: ValueSource | undefined}) {
  const from = source?.from ?? 'default'
  const title =
    source?.from === 'file' && source.line !== null
      ? text('setting.source.line', {line: source.line})
      : source?.from === 'variable'
        ? source.variable
        : undefined
  return (
    <span
      title={title}
      className={joined(
        'inline-flex h-[18px] shrink-0 items-center rounded-s border px-1.5 text-11 font-medium whitespace-nowrap',
        sourceLooks[from],
      )}
    >
      {text(`setting.source.${from}`)}
      {title !== undefined && <span className="sr-only">, {title}</span>}
    </span>
  )
}

const sourceLooks = {
  default: 'border-dashed border-line-strong text-text-3',
  file: 'border-line-strong text-text-2',
  pages: 'border-accent text-accent-strong',
  variable: 'border-st-checking text-st-checking',
} as const

export function faultWords(path: string, {found, accepted}: SettingFault): string {
  return found === ''
    ? text('setting.wants', {key: path, accepted})
    : text('setting.fault', {key: path, found, accepted})
}

function Control({about, value, onChange}: {about: About; value: string; onChange: (value: string) => void}) {
  const {input, words, standard} = about
  switch (input) {
    case 'flag':
    case 'word': {
      const offered = input === 'flag' ? ['true', 'false'] : words
      return (
        <Select
          value={value}
          onChange={onChange}
          options={[usual(about), ...offered.map((it) => ({value: it, label: wordFor(about, it)}))]}
        />
      )
    }
    case 'list':
    case 'pairs':
      return (
        <TextArea
          isMono
          rows={2}
          spellCheck={false}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )
    default:
      return (
        <Input
          value={value}
          autoComplete="off"
          spellCheck={false}
          placeholder={standard === '–' ? '' : wordFor(about, standard)}
          onChange={(event) => onChange(event.target.value)}
        />
      )
  }
}

function usual(about: About) {
  const {standard} = about
  const label =
    standard === '–' ? text('setting.unsaid') : text('setting.usual', {value: wordFor(about, standard)})
  return {value: '', label}
}

/** "Torrent.StalledDelay · minutes · 15 when empty". */
function hintOf(about: About): string {
  const {path, unit, input, standard, acts, note = ''} = about
  const isTyped = input === 'text' || input === 'figure'
  return [
    path,
    unit === null ? '' : text(`setting.unit.${unit}`),
    input === 'list' ? text('setting.lines') : '',
    input === 'pairs' ? text('setting.pairs') : '',
    isTyped && standard !== '–' ? text('setting.standard', {value: wordFor(about, standard)}) : '',
    acts ? '' : text('setting.idle'),
    note,
  ]
    .filter((it) => it !== '')
    .join(' · ')
}

const removals = ['-1', '1', '2', '3', '4'] as const

/** A value of a key in words. */
export function wordFor({path}: Pick<About, 'path'>, word: string): string {
  const removal = path.endsWith('RemoveTorrent') ? removals.find((it) => it === word) : undefined
  if (removal !== undefined) return text(`setting.remove.${removal}`)
  if (word === 'true') return text('setting.yes')
  if (word === 'false') return text('setting.no')
  return word.replaceAll(/["`]/g, '')
}

export interface GroupWords {
  readonly group: string
  readonly title: string
  readonly hint?: string
  /** Of a group of rows: to add one. */
  readonly add?: string
  /** Few need it: opened by who does. */
  readonly isFolded?: boolean
}

const SOUGHT = 'setting:'

/** Where a key is on its page, for addresses that lead to it. */
export function idOf(path: string): string {
  return `${SOUGHT}${path}`
}

/** Does the end of an address name a key? */
export function isOfSetting(hash: string): boolean {
  return hash.startsWith(SOUGHT)
}

/** Keys that are about one thing. */
export function SettingGroup({
  words,
  keys,
  typed,
  faults,
  secrets,
  sources,
  isFixed,
  onChange,
}: {
  words: GroupWords
  keys: readonly SettingKey[]
  typed: TypedSettings
  faults: SettingFaults
  secrets: Readonly<Record<string, SecretState>>
  sources: ValueSources
  isFixed: boolean
  onChange: (path: string, value: TypedValue) => void
}) {
  const lists = keys.filter(({input}) => input === 'rows')
  const fields = keys.filter(({input}) => input !== 'rows')
  const hasFault = keys.some(({path}) => Object.keys(faults).some((at) => at.startsWith(path)))
  const isSought = useLocation({select: ({hash}) => keys.some(({path}) => hash === idOf(path))})
  return (
    <Frame words={words} isOpen={hasFault || isSought}>
      {words.hint !== undefined && <p className="-mt-2 text-12 text-text-3">{words.hint}</p>}
      {fields.length > 0 && (
        <div className="grid items-start gap-x-5 gap-y-4 phone:grid-cols-2">
          {fields.map((key) => (
            <Sought key={key.path} id={idOf(key.path)}>
              <SettingField
                about={key}
                value={typed[key.path] as string | null}
                fault={faults[key.path] ?? null}
                secret={secrets[key.path]}
                source={sources.get(key.path)}
                onChange={(value) => onChange(key.path, value)}
              />
            </Sought>
          ))}
        </div>
      )}
      {lists.map((key) => (
        <Sought key={key.path} id={idOf(key.path)}>
          <SettingRows
            about={key}
            rows={typed[key.path] as readonly TypedRow[]}
            faults={faults}
            addLabel={words.add ?? ''}
            isFixed={isFixed}
            onChange={(rows) => onChange(key.path, rows)}
          />
        </Sought>
      ))}
    </Frame>
  )
}

function Frame({words, isOpen, children}: {words: GroupWords; isOpen: boolean; children: ReactNode}) {
  if (words.isFolded !== true) {
    return (
      <fieldset className="grid min-w-0 gap-3.5">
        <legend className="mb-2 font-bold">{words.title}</legend>
        {children}
      </fieldset>
    )
  }
  return (
    <Fold title={words.title} titleClass="font-bold" isForced={isOpen}>
      <fieldset aria-label={words.title} className="grid min-w-0 gap-3.5 pt-3">
        {children}
      </fieldset>
    </Fold>
  )
}

/** Tables of a list, one below the other: who they are in a line, their keys when it is opened. */
function SettingRows({
  about,
  rows,
  faults,
  addLabel,
  isFixed,
  onChange,
}: {
  about: SettingKey
  rows: readonly TypedRow[]
  faults: SettingFaults
  addLabel: string
  /** Nothing can be changed. */
  isFixed: boolean
  onChange: (rows: readonly TypedRow[]) => void
}) {
  const [fresh, setFresh] = useState<string | null>(null)
  const adding = useRef<HTMLButtonElement>(null)
  const made = useRef(0)
  const add = () => {
    const row = newRow(`new-${++made.current}`)
    setFresh(row.id)
    onChange([...rows, row])
  }
  return (
    <div className="grid grid-cols-1 gap-2.5">
      {rows.length > 0 && (
        <ul className="rounded-m border border-line-strong">
          {rows.map((row, place) => (
            <Row
              key={row.id}
              about={about}
              row={row}
              faults={faultsOf(faults, `${about.path}[${place}].`)}
              isFresh={row.id === fresh}
              onChange={(typed) =>
                onChange(rows.map((it) => (it.id === row.id ? {...it, typed: {...it.typed, ...typed}} : it)))
              }
              onRemove={() => {
                onChange(rows.filter(({id}) => id !== row.id))
                adding.current?.focus()
              }}
            />
          ))}
        </ul>
      )}
      {!isFixed && (
        <Button ref={adding} icon={Plus} onClick={add} className="justify-self-start">
          {addLabel}
        </Button>
      )}
    </div>
  )
}

function Row({
  about: {columns},
  row: {typed},
  faults,
  isFresh,
  onChange,
  onRemove,
}: {
  about: SettingKey
  row: TypedRow
  faults: SettingFaults
  isFresh: boolean
  onChange: (typed: Readonly<Record<string, string>>) => void
  onRemove: () => void
}) {
  const [isOpen, setOpen] = useState(isFresh)
  const fields = useRef<HTMLFieldSetElement>(null)
  useEffect(() => {
    if (isFresh) fields.current?.querySelector('input')?.focus()
  }, [isFresh])
  const hasFault = Object.keys(faults).length > 0
  const name = [typed['Name'], typed['URI']].find((it) => it) ?? text('setting.row.new')
  const said = columns.filter(({path}) => !names.has(path) && (typed[path] ?? '') !== '').length
  return (
    <li className="border-b border-line last:border-0">
      <details
        open={isOpen || hasFault}
        onToggle={(event) => setOpen(event.currentTarget.open)}
        className="group"
      >
        <summary className="flex min-h-10 cursor-pointer list-none items-center gap-2 rounded-m px-3 hover:bg-hover focus-visible:shadow-focus pointer-coarse:min-h-11">
          <Icon icon={ChevronRight} size={14} className="shrink-0 group-open:rotate-90" />
          <b className="min-w-0 truncate font-medium">{name}</b>
          <span className="ml-auto shrink-0 text-12 text-text-3">
            {hasFault ? (
              <Badge tone="bad">{text('setting.row.faulty')}</Badge>
            ) : (
              text('setting.row.says', {count: said})
            )}
          </span>
        </summary>
        <fieldset ref={fields} aria-label={name} className="grid min-w-0 gap-4 px-3 pt-1.5 pb-3">
          <div className="grid items-start gap-x-5 gap-y-4 phone:grid-cols-2">
            {columns.map((column) => (
              <SettingField
                key={column.path}
                about={column}
                value={typed[column.path] ?? ''}
                fault={faults[column.path] ?? null}
                source={null}
                onChange={(value) => onChange({[column.path]: value ?? ''})}
              />
            ))}
          </div>
          <Button variant="ghost" icon={Trash2} onClick={onRemove} className="justify-self-start">
            {text('setting.row.remove', {name})}
          </Button>
        </fieldset>
      </details>
    </li>
  )
}

/** They stand in its line. */
const names: ReadonlySet<string> = new Set(['Name', 'URI'])

function faultsOf(faults: SettingFaults, prefix: string): SettingFaults {
  return Object.fromEntries(
    Object.entries(faults)
      .filter(([path]) => path.startsWith(prefix))
      .map(([path, fault]) => [path.slice(prefix.length), fault]),
  )
}
