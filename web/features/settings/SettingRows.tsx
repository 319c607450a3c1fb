import {ChevronRight, Plus, Trash2} from 'lucide-react'
import {useEffect, useRef, useState} from 'react'
import type {SettingKey} from '../../api/sections.ts'
import {text} from '../../i18n/text.ts'
import {Badge} from '../../ui/Badge.tsx'
import {Button} from '../../ui/Button.tsx'
import {Icon} from '../../ui/Icon.tsx'
import {SettingField} from './SettingField.tsx'
import {newRow, type SettingFaults, type TypedRow} from './typed-settings.ts'

/** Tables of a list, one below the other: who they are in a line, their keys when it is opened. */
export function SettingRows({
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
