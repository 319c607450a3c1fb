import {useMutation} from '@tanstack/react-query'
import {useId, useState} from 'react'
import {changeArr} from '../../api/arrs.ts'
import {queries} from '../../api/queries.ts'
import type {SettingKey} from '../../api/sections.ts'
import {text} from '../../i18n/text.ts'
import {Input} from '../../ui/Input.tsx'
import {joined} from '../../ui/joined.ts'
import {Tooltip} from '../../ui/Tooltip.tsx'
import {notSaved, useIsLeft} from '../../ui/use-saving.ts'
import {faultWords} from '../settings/SettingField.tsx'
import {settingFaults} from '../settings/typed-settings.ts'
import {
  changeOf,
  pathOfValue,
  readValue,
  sharedValue,
  shownSetting,
  type ArrValues,
  type ValueName,
} from './rule-lines.ts'

/** What is wrong with a value, in words; `null` = nothing. */
type OnFault = (name: ValueName, fault: string | null) => void

/** A value in a sentence, which is typed where it stands. It is saved at its Arrs when somebody leaves it. */
function RuleValue({
  name,
  arrs,
  keys,
  fault,
  faultId,
  onFault,
  saving,
}: {
  name: ValueName
  arrs: readonly ArrValues[]
  keys: readonly SettingKey[]
  fault: string | null
  /** Where the words about it stand. */
  faultId: string
  onFault: OnFault
  /** Holds what is on its way, so that nothing starts before it. */
  saving: Set<Promise<unknown>>
}) {
  const never = text('setup.rules.never')
  const [typed, setTyped] = useState<string | null>(null)
  const kept = sharedValue(arrs.map(({settings}) => shownSetting(name, settings, keys)))
  const obstacle = arrs.find((arr) => arr.obstacle !== null)?.obstacle ?? null
  const isLeft = useIsLeft()
  const sending = useMutation({
    mutationFn: async (value: string | number) => {
      for (const {id, settings} of arrs) await changeArr(id, {settings: changeOf(name, value, settings)})
      // Both before the value that was typed gives way to the one that is kept.
      await Promise.all(['arrs', 'rules'].map((key) => queries.invalidateQueries({queryKey: [key]})))
    },
    onSuccess: () => {
      setTyped(null)
      onFault(name, null)
    },
    onError: (error) => {
      if (isLeft()) notSaved(text(`setup.rules.value.${name}`), error)
      else onFault(name, wordsOf(error, name))
    },
  })
  const shown = typed ?? (kept === undefined ? '' : (kept ?? never))
  const leave = () => {
    if (typed === null || (typed.trim() === '' && kept === undefined)) return setTyped(null)
    if (typed.trim() === (kept ?? never)) {
      setTyped(null)
      return onFault(name, null)
    }
    const read = readValue(name, typed, never)
    if ('fault' in read) return onFault(name, text(`setup.rules.fault.${read.fault}`, {typed: typed.trim()}))
    const sent = sending.mutateAsync(read.value).catch(() => {})
    saving.add(sent)
    void sent.then(() => saving.delete(sent))
  }
  const isWrong = fault !== null
  if (obstacle !== null)
    return (
      <Tooltip content={text(`setting.obstacle.${obstacle}`)}>
        <button type="button" aria-disabled className="cursor-default rounded-m font-medium">
          {kept === undefined ? text('setup.rules.differs') : (kept ?? never)}
        </button>
      </Tooltip>
    )
  return (
    <Input
      aria-label={text(`setup.rules.value.${name}`)}
      aria-invalid={isWrong || undefined}
      aria-describedby={isWrong ? faultId : undefined}
      value={shown}
      size={Math.max(2, Math.ceil(0.8 * (shown || text('setup.rules.differs')).length))}
      placeholder={kept === undefined ? text('setup.rules.differs') : never}
      readOnly={sending.isPending}
      spellCheck={false}
      autoComplete="off"
      autoCapitalize="none"
      onFocus={({target}) => target.select()}
      onChange={({target}) => {
        setTyped(target.value)
        if (isWrong) onFault(name, null)
      }}
      onBlur={leave}
      onKeyDown={(event) => {
        if (event.key === 'Enter') leave()
        if (event.key === 'Escape') {
          setTyped(null)
          onFault(name, null)
        }
      }}
      className={joined(
        'num inline-flex! h-7! w-auto! align-middle font-medium text-accent max-phone:h-11! pointer-coarse:h-11!',
        isWrong ? 'bg-surface' : 'border-transparent! bg-accent-soft! hover:border-accent!',
      )}
    />
  )
}

/** What its Arrs say against a value. */
function wordsOf(error: Error, name: ValueName): string {
  const fault = settingFaults(error)?.[pathOfValue[name]]
  if (fault) return faultWords(text(`setup.rules.value.${name}`), fault)
  return error.message
}

/** A sentence with its values in it. */
export function RuleSentence({
  words,
  line,
  keys,
  faults,
  onFault,
  saving,
}: {
  /** With `{{name}}` for each value. */
  words: (values: Readonly<Record<ValueName, string>>) => string
  line: {readonly arrs: readonly ArrValues[]; readonly values: readonly ValueName[]}
  keys: readonly SettingKey[]
  faults: ReadonlyMap<string, string>
  onFault: OnFault
  saving: Set<Promise<unknown>>
}) {
  const id = useId()
  const wrong = line.values.flatMap((name) => faults.get(name) ?? [])
  return (
    <span className="block min-w-0 leading-7 text-pretty">
      {partsOf(words(placesOf)).map((part) =>
        part.name === null ? (
          <span key={part.text}>{part.text}</span>
        ) : (
          <RuleValue
            key={part.name}
            name={part.name}
            arrs={line.arrs}
            keys={keys}
            fault={faults.get(part.name) ?? null}
            faultId={id}
            onFault={onFault}
            saving={saving}
          />
        ),
      )}
      {wrong.length > 0 && (
        <span id={id} role="alert" className="block text-12 leading-normal text-st-error">
          {wrong.join(' ')}
        </span>
      )}
    </span>
  )
}

/** Signs that no text has. */
const placesOf: Readonly<Record<ValueName, string>> = {
  stalled: '\u0001stalled\u0001',
  slow: '\u0001slow\u0001',
  time: '\u0001time\u0001',
  ratio: '\u0001ratio\u0001',
}

function partsOf(
  sentence: string,
): readonly ({readonly name: null; readonly text: string} | {readonly name: ValueName})[] {
  return sentence
    .split('\u0001')
    .map((part, at) => (at % 2 === 0 ? {name: null, text: part} : {name: part as ValueName}))
}
