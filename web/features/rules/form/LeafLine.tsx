import {X} from 'lucide-react'
import type {RuleVocabulary} from '../../../api/rules.ts'
import {text, textIfAny} from '../../../i18n/text.ts'
import {Combobox} from '../../../ui/Combobox.tsx'
import {IconButton} from '../../../ui/IconButton.tsx'
import {Select} from '../../../ui/Select.tsx'
import {leafOf, takesOf, withOperator, type FactWord, type OperatorName} from './conditions.ts'
import type {Edits, Part, Place} from './rule-document.ts'
import {kindOfValue, quantityKind, shownValue, type KnownNames} from './value-kind.ts'
import {ValueControl} from './ValueControl.tsx'
import {Shown, Subject} from './Words.tsx'

/** One comparison: what is looked at, how, and with what. */
export function LeafLine({
  leaf,
  place,
  words,
  known,
  edits,
  onRemove,
}: {
  leaf: Part
  place: Place
  words: RuleVocabulary
  known: KnownNames
  /** `null` = it is only read. */
  edits: Edits | null
  /** `null` = it has to be there. */
  onRemove: (() => void) | null
}) {
  const fact = words.facts.find(({name}) => name === leaf['fact'])
  const op = leaf['op'] as OperatorName
  const value = leaf['value']
  const says = fact?.says ?? String(leaf['fact'])
  if (!edits || !fact) {
    return (
      <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <Subject>{says}</Subject>
        {leaf['window'] !== undefined && (
          <span>{text('rule-form.within', {window: shownValue(leaf['window'])})}</span>
        )}
        <span>{operatorWords(op)}</span>
        {value !== undefined && (
          <span data-value={leaf['fact']} tabIndex={-1} className="rounded-m focus:shadow-focus">
            <Shown value={value} />
          </span>
        )}
        {edits && onRemove && <Remove what={says} onRemove={onRemove} />}
      </div>
    )
  }
  const kind = kindOfValue(fact, takesOf(op, words), known)
  const choose = (name: string) => {
    const next = words.facts.find((it) => it.name === name)
    if (next) edits.set(place, leafOf(next, words))
  }
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Combobox
        value={fact.name}
        onChange={choose}
        label={text('rule-form.fact')}
        options={factChoices(words.facts)}
        className="w-44! max-phone:w-52!"
      />
      {fact.windowed && (
        <ValueControl
          kind={quantityKind('seconds')}
          value={leaf['window']}
          onChange={(next) => edits.set([...place, 'window'], next)}
          label={text('rule-form.window')}
        />
      )}
      <Select
        value={op}
        onChange={(next) => edits.set(place, withOperator(leaf, next, fact, words))}
        label={text('rule-form.operator')}
        options={fact.operators.map((it) => ({value: it, label: operatorWords(it)}))}
        className="w-32!"
      />
      {kind && (
        <span data-value={fact.name}>
          <ValueControl
            kind={kind}
            value={value}
            onChange={(next) => edits.set([...place, 'value'], next)}
            label={text('rule-form.value', {fact: says})}
          />
        </span>
      )}
      {onRemove && <Remove what={says} onRemove={onRemove} />}
    </div>
  )
}

export function Remove({what, onRemove}: {what: string; onRemove: () => void}) {
  return <IconButton icon={X} size="small" label={text('rule-form.remove', {what})} onClick={onRemove} />
}

export function factChoices(facts: readonly FactWord[]) {
  return facts.map(({name, says}) => ({value: name as string, label: says, hint: name}))
}

function operatorWords(op: string): string {
  return textIfAny(`rule-form.op.${op}`) ?? op
}
