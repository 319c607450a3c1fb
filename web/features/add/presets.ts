/** Sets of options by name, in alphabetical order. Pure. */
import type {Preferences} from '../../api/preferences.ts'
import {readOptions, standardOptions, type AddOptions} from './add-options.ts'

type Presets = Preferences['add.presets']

/** The same name again is the same preset, changed. */
export function withPreset(presets: Presets, name: string, options: AddOptions): Presets {
  const kept = {name, options: differing(options)}
  return [...withoutPreset(presets, name), kept].toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

export function withoutPreset(presets: Presets, name: string): Presets {
  return presets.filter((it) => it.name !== name)
}

/** `null` = there is none of that name. */
export function presetOptions(presets: Presets, name: string): AddOptions | null {
  const found = presets.find((it) => it.name === name)
  return found ? readOptions(found.options) : null
}

/** The preset that the form is at; `null` = none. */
export function presetNow(presets: Presets, options: AddOptions): string | null {
  const now = JSON.stringify(options)
  return presets.find((it) => JSON.stringify(readOptions(it.options)) === now)?.name ?? null
}

/** Only what somebody chose, so that a new option has its standard value in old presets. */
function differing(options: AddOptions): Readonly<Record<string, unknown>> {
  const standard = standardOptions as unknown as Readonly<Record<string, unknown>>
  return Object.fromEntries(
    Object.entries(options).filter(
      ([name, value]) => JSON.stringify(value) !== JSON.stringify(standard[name]),
    ),
  )
}
