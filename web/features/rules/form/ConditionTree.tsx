import {X} from 'lucide-react'
import type {ReactNode} from 'react'
import type {RuleVocabulary} from '../../../api/rules.ts'
import {text, textIfAny} from '../../../i18n/text.ts'
import {Combobox} from '../../../ui/Combobox.tsx'
import {IconButton} from '../../../ui/IconButton.tsx'
import {Select} from '../../../ui/Select.tsx'
import {TextButton} from '../../../ui/TextButton.tsx'
import {
  leafOf,
  shownCondition,
  takesOf,
  withOperator,
  type Edits,
  type FactWord,
  type OperatorName,
  type Part,
  type Place,
} from './rule-document.ts'
import {kindOfValue, quantityKind, shownValue, type KnownNames} from './value-kind.ts'
import {Shown, Subject, ValueControl} from './ValueControl.tsx'

interface ConditionProps {
  readonly condition: unknown
  readonly place: Place
  /** Its facts are those that may stand here. */
  readonly words: RuleVocabulary
  readonly known: KnownNames
  /** `null` = it is only read. */
  readonly edits: Edits | null
  /** `null` = it has to be there. */
  readonly onRemove: (() => void) | null
}

/** A condition with all it is made of. */
export function ConditionTree(props: ConditionProps) {
  const {condition, place, words, known, edits, onRemove} = props
  const shown = shownCondition(condition)
  switch (shown.is) {
    case 'leaf':
      return (
        <div className="grid gap-2">
          <LeafLine {...{leaf: shown.leaf, place, words, known, edits, onRemove}} />
          {edits && onRemove === null && <AddBeside {...props} edits={edits} />}
        </div>
      )
    case 'not':
      return (
        <div className="grid gap-2">
          <div className="flex items-center gap-2">
            <span>{text('rule-form.not')}</span>
            {edits && onRemove && <Remove what={text('rule-form.not')} onRemove={onRemove} />}
          </div>
          <Branch>
            <ConditionTree
              {...{words, known, edits}}
              condition={shown.part}
              place={[...place, 'not']}
              onRemove={null}
            />
          </Branch>
        </div>
      )
    case 'other':
      return <Shown value={undefined} />
    default:
      return <Group {...props} is={shown.is} parts={shown.parts} />
  }
}

/** With a second one a comparison becomes a group. */
function AddBeside({condition, place, words, edits}: ConditionProps & {edits: Edits}) {
  return <AddCondition words={words} onAdd={(leaf) => edits.set(place, {all: [condition, leaf]})} />
}

function Group({
  is,
  parts,
  place,
  words,
  known,
  edits,
  onRemove,
}: ConditionProps & {is: 'all' | 'any'; parts: readonly unknown[]}) {
  return (
    <div className="grid gap-2">
      <div className="flex items-center gap-2">
        {edits ? (
          <Select
            value={is}
            onChange={(next) => next !== is && edits.set(place, {[next]: parts})}
            label={text('rule-form.how')}
            options={[
              {value: 'all', label: text('rule-form.all')},
              {value: 'any', label: text('rule-form.any')},
            ]}
            className="w-28!"
          />
        ) : (
          <span>{text(`rule-form.${is}`)}</span>
        )}
        {edits && onRemove && <Remove what={text(`rule-form.${is}`)} onRemove={onRemove} />}
      </div>
      <Branch>
        {parts.map((part, at) => {
          const its = [...place, is, at]
          return (
            <ConditionTree
              // A part is where it stands.
              // oxlint-disable-next-line react/no-array-index-key
              key={at}
              {...{words, known, edits}}
              condition={part}
              place={its}
              onRemove={() => edits?.remove(its)}
            />
          )
        })}
        {edits && (
          <div className="flex flex-wrap items-center gap-3">
            <AddCondition words={words} onAdd={(leaf) => edits.add([...place, is], leaf)} />
            <TextButton onClick={() => edits.add([...place, is], {[is === 'all' ? 'any' : 'all']: []})}>
              {text('rule-form.add-group')}
            </TextButton>
          </div>
        )}
      </Branch>
    </div>
  )
}

function Branch({children}: {children: ReactNode}) {
  return <div className="grid gap-2 border-l-2 border-line-strong pl-3">{children}</div>
}

/** What is looked at is chosen first; how it is compared stands there then. */
export function AddCondition({words, onAdd}: {words: RuleVocabulary; onAdd: (condition: object) => void}) {
  return (
    <Combobox
      value={null}
      onChange={(name: string) => {
        const fact = words.facts.find((it) => it.name === name)
        if (fact) onAdd(leafOf(fact, words))
      }}
      label={text('rule-form.add-condition')}
      placeholder={text('rule-form.add-condition')}
      options={factChoices(words.facts)}
      className="w-44!"
    />
  )
}

/** One comparison: what is looked at, how, and with what. */
function LeafLine({
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
  const select = (name: string) => {
    const next = words.facts.find((it) => it.name === name)
    if (next) edits.set(place, leafOf(next, words))
  }
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Combobox
        value={fact.name}
        onChange={select}
        label={text('rule-form.fact')}
        options={factChoices(words.facts)}
        className="w-44! max-phone:w-52!"
      />
      {fact.windowed && (
        <span data-place={[...place, 'window'].join('.')}>
          <ValueControl
            kind={quantityKind('seconds')}
            value={leaf['window']}
            onChange={(next) => edits.set([...place, 'window'], next)}
            label={text('rule-form.window')}
          />
        </span>
      )}
      <Select
        value={op}
        onChange={(next) => edits.set(place, withOperator(leaf, next, fact, words))}
        label={text('rule-form.operator')}
        options={fact.operators.map((it) => ({value: it, label: operatorWords(it)}))}
        className="w-32!"
      />
      {kind && (
        <span data-value={fact.name} data-place={[...place, 'value'].join('.')}>
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

function factChoices(facts: readonly FactWord[]) {
  return facts.map(({name, says}) => ({value: name as string, label: says, hint: name}))
}

function operatorWords(op: string): string {
  return textIfAny(`rule-form.op.${op}`) ?? op
}
