import type {RuleVocabulary} from '../../../api/rules.ts'
import {text} from '../../../i18n/text.ts'
import {Select} from '../../../ui/Select.tsx'
import {AddCondition, ConditionTree} from './ConditionTree.tsx'
import type {Edits} from './edits.ts'
import {PartFields} from './PartFields.tsx'
import type {Part} from './rule-document.ts'
import {quantityKind, type KnownNames} from './value-kind.ts'

const place = ['hold'] as const

/** How long the condition has to stay true, or how often it has to be. */
export function HoldFields({
  hold,
  words,
  known,
  edits,
}: {
  /** `null` = at once. */
  hold: Part | null
  words: RuleVocabulary
  known: KnownNames
  edits: Edits | null
}) {
  const how = hold === null ? 'none' : 'strikes' in hold ? 'strikes' : 'for'
  const choose = (next: string) => {
    if (!edits || next === how) return
    if (next === 'none') edits.remove(place)
    else edits.set(place, next === 'for' ? {for: '30m'} : {strikes: 3, gap: '10m', expireAfter: '1d'})
  }
  const resetOn = hold?.['resetOn']
  return (
    <div className="grid gap-2">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        {edits ? (
          <Select
            value={how}
            onChange={choose}
            label={text('rule-form.hold')}
            options={(['none', 'for', 'strikes'] as const).map((value) => ({
              value,
              label: text(`rule-form.hold.${value}`),
            }))}
            className="w-52!"
          />
        ) : (
          <span className="text-text-2">{text(`rule-form.hold.${how}`)}</span>
        )}
        {hold && <PartFields part={hold} place={place} fields={fieldsOf(how)} edits={edits} none="" />}
      </div>
      {resetOn !== undefined && (
        <div className="grid gap-2">
          <span>{text('rule-form.reset')}</span>
          <ConditionTree
            {...{words, known, edits}}
            condition={resetOn}
            place={[...place, 'resetOn']}
            onRemove={() => edits?.remove([...place, 'resetOn'])}
          />
        </div>
      )}
      {hold && resetOn === undefined && edits && (
        <div className="flex flex-wrap items-center gap-2">
          <span className="text-text-2">{text('rule-form.reset')}</span>
          <AddCondition words={words} onAdd={(leaf) => edits.set([...place, 'resetOn'], leaf)} />
        </div>
      )}
    </div>
  )
}

function fieldsOf(how: 'none' | 'for' | 'strikes') {
  const seconds = quantityKind('seconds')
  if (how === 'for') return [{key: 'for', label: text('rule-form.hold.time'), kind: seconds}]
  return [
    {key: 'strikes', label: text('rule-form.hold.times'), kind: quantityKind('count')},
    {key: 'gap', label: text('rule-form.hold.gap'), kind: seconds},
    {key: 'expireAfter', label: text('rule-form.hold.expire'), kind: seconds},
  ]
}
