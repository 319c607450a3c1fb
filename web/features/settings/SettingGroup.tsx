import type {ReactNode} from 'react'
import type {SettingKey} from '../../api/sections.ts'
import {Fold} from '../../ui/Fold.tsx'
import {SettingField, type SecretState} from './SettingField.tsx'
import {SettingRows} from './SettingRows.tsx'
import type {SettingFaults, TypedRow, TypedSettings, TypedValue} from './typed-settings.ts'

export interface GroupWords {
  readonly group: string
  readonly title: string
  readonly hint?: string
  /** Of a group of rows: to add one. */
  readonly add?: string
  /** Few need it: opened by who does. */
  readonly isFolded?: boolean
}

/** Keys that are about one thing. */
export function SettingGroup({
  words,
  keys,
  typed,
  faults,
  secrets,
  isFixed,
  onChange,
}: {
  words: GroupWords
  keys: readonly SettingKey[]
  typed: TypedSettings
  faults: SettingFaults
  secrets: Readonly<Record<string, SecretState>>
  isFixed: boolean
  onChange: (path: string, value: TypedValue) => void
}) {
  const lists = keys.filter(({input}) => input === 'rows')
  const fields = keys.filter(({input}) => input !== 'rows')
  const hasFault = keys.some(({path}) => Object.keys(faults).some((at) => at.startsWith(path)))
  return (
    <Frame words={words} hasFault={hasFault}>
      {words.hint !== undefined && <p className="-mt-2 text-12 text-text-3">{words.hint}</p>}
      {fields.length > 0 && (
        <div className="grid items-start gap-x-5 gap-y-4 phone:grid-cols-2">
          {fields.map((key) => (
            <SettingField
              key={key.path}
              about={key}
              value={typed[key.path] as string | null}
              fault={faults[key.path] ?? null}
              secret={secrets[key.path]}
              onChange={(value) => onChange(key.path, value)}
            />
          ))}
        </div>
      )}
      {lists.map((key) => (
        <SettingRows
          key={key.path}
          about={key}
          rows={typed[key.path] as readonly TypedRow[]}
          faults={faults}
          addLabel={words.add ?? ''}
          isFixed={isFixed}
          onChange={(rows) => onChange(key.path, rows)}
        />
      ))}
    </Frame>
  )
}

function Frame({words, hasFault, children}: {words: GroupWords; hasFault: boolean; children: ReactNode}) {
  if (words.isFolded !== true) {
    return (
      <fieldset className="grid min-w-0 gap-3.5">
        <legend className="mb-2 font-bold">{words.title}</legend>
        {children}
      </fieldset>
    )
  }
  return (
    <Fold title={words.title} titleClass="font-bold" hasFault={hasFault}>
      <fieldset aria-label={words.title} className="grid min-w-0 gap-3.5 pt-3">
        {children}
      </fieldset>
    </Fold>
  )
}
