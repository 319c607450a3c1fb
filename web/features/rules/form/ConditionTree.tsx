import type {ReactNode} from 'react'
import type {RuleVocabulary} from '../../../api/rules.ts'
import {text} from '../../../i18n/text.ts'
import {Combobox} from '../../../ui/Combobox.tsx'
import {Select} from '../../../ui/Select.tsx'
import {TextButton} from '../../../ui/TextButton.tsx'
import {leafOf, shownCondition} from './conditions.ts'
import {factChoices, LeafLine, Remove} from './LeafLine.tsx'
import type {Edits, Place} from './rule-document.ts'
import type {KnownNames} from './value-kind.ts'
import {Shown} from './Words.tsx'

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
