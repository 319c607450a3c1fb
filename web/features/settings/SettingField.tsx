import type {SettingColumn as About} from '../../api/sections.ts'
import {text} from '../../i18n/text.ts'
import {Field} from '../../ui/Field.tsx'
import {Input, TextArea} from '../../ui/Input.tsx'
import {SecretInput} from '../../ui/SecretInput.tsx'
import {Select} from '../../ui/Select.tsx'
import type {SettingFault} from './typed-settings.ts'

export type SecretState = 'none' | 'set' | 'unreadable'

/** One key: what it means above, how the file calls it and what it is without it below. */
export function SettingField({
  about,
  value,
  fault,
  secret = 'none',
  onChange,
}: {
  about: About
  /** '' = as when the key is absent; `null` = a secret is taken out. */
  value: string | null
  fault: SettingFault | null
  /** What is there of a secret. */
  secret?: SecretState | undefined
  onChange: (value: string | null) => void
}) {
  const {path, means} = about
  return (
    <Field label={means} hint={hintOf(about)} error={fault && faultWords(path, fault)}>
      {about.input === 'secret' ? (
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
  const {path, unit, input, standard, acts} = about
  const isTyped = input === 'text' || input === 'figure'
  return [
    path,
    unit === null ? '' : text(`setting.unit.${unit}`),
    input === 'list' ? text('setting.lines') : '',
    input === 'pairs' ? text('setting.pairs') : '',
    isTyped && standard !== '–' ? text('setting.standard', {value: wordFor(about, standard)}) : '',
    acts ? '' : text('setting.idle'),
  ]
    .filter((it) => it !== '')
    .join(' · ')
}

const removals = ['-1', '1', '2', '3', '4'] as const

function wordFor({path}: About, word: string): string {
  const removal = path.endsWith('RemoveTorrent') ? removals.find((it) => it === word) : undefined
  if (removal !== undefined) return text(`setting.remove.${removal}`)
  if (word === 'true') return text('setting.yes')
  if (word === 'false') return text('setting.no')
  return word.replaceAll(/["`]/g, '')
}
