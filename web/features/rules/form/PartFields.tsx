/** Keys of the parts of a rule that may be left out, with their words. */
import {Plus} from 'lucide-react'
import type {RuleVocabulary} from '../../../api/rules.ts'
import {text, textIfAny} from '../../../i18n/text.ts'
import {Button} from '../../../ui/Button.tsx'
import type {Choice} from '../../../ui/ChoiceList.tsx'
import {Combobox} from '../../../ui/Combobox.tsx'
import {DropdownMenu} from '../../../ui/DropdownMenu.tsx'
import {actionWords} from '../../explain/action-words.ts'
import {AddCondition, ConditionTree, Remove} from './ConditionTree.tsx'
import type {Edits, Part, Place} from './rule-document.ts'
import {choicesOf, firstOf, kindOfParam, quantityKind, type KnownNames, type ValueKind} from './value-kind.ts'
import {Shown, Subject, ValueControl} from './ValueControl.tsx'

const count = quantityKind('count')
const seconds = quantityKind('seconds')

export function scopeFields({servers, arrs, categories, tags}: KnownNames): readonly PartField[] {
  return [
    {key: 'servers', label: text('rule-form.scope.servers'), kind: {is: 'texts', options: servers}},
    {key: 'arrs', label: text('rule-form.scope.arrs'), kind: {is: 'texts', options: arrs}},
    {key: 'categories', label: text('rule-form.scope.categories'), kind: {is: 'texts', options: categories}},
    {key: 'subcategories', label: text('rule-form.scope.subcategories'), kind: {is: 'yesNo'}},
    {key: 'tagsAny', label: text('rule-form.scope.tagsAny'), kind: {is: 'texts', options: tags}},
    {key: 'tagsAll', label: text('rule-form.scope.tagsAll'), kind: {is: 'texts', options: tags}},
    {key: 'tagsNone', label: text('rule-form.scope.tagsNone'), kind: {is: 'texts', options: tags}},
    {key: 'trackers', label: text('rule-form.scope.trackers'), kind: {is: 'texts'}},
    {
      key: 'privacy',
      label: text('rule-form.scope.privacy'),
      kind: {
        is: 'choice',
        options: [
          {value: 'public', label: text('rule-form.public')},
          {value: 'private', label: text('rule-form.private')},
        ],
      },
    },
  ]
}

export function scheduleFields({events}: RuleVocabulary, lacked: ReadonlySet<string>): readonly PartField[] {
  return [
    {
      key: 'every',
      label: text('rule-form.schedule.every'),
      kind: seconds,
      isForeign: lacked.has('schedule.every'),
    },
    {
      key: 'cron',
      label: text('rule-form.schedule.cron'),
      kind: {is: 'text'},
      isForeign: lacked.has('schedule.cron'),
    },
    {
      key: 'on',
      label: text('rule-form.schedule.on'),
      kind: {is: 'choices', options: choicesOf(events)},
      isForeign: lacked.has('schedule.on'),
    },
    {
      key: 'timeZone',
      label: text('rule-form.schedule.timeZone'),
      kind: {is: 'text'},
      isForeign: lacked.has('schedule.cron'),
    },
  ]
}

export function windowFields({weekdays}: RuleVocabulary): readonly PartField[] {
  return [
    {key: 'from', label: text('rule-form.window.from'), kind: {is: 'text'}},
    {key: 'to', label: text('rule-form.window.to'), kind: {is: 'text'}},
    {
      key: 'weekdays',
      label: text('rule-form.window.weekdays'),
      kind: {is: 'choices', options: choicesOf(weekdays)},
    },
    {key: 'timeZone', label: text('rule-form.schedule.timeZone'), kind: {is: 'text'}},
  ]
}

/** Smallest first, with `-` largest first. */
export function selectFields({facts}: RuleVocabulary): readonly PartField[] {
  const sortable = facts.filter(({type, windowed}) => type !== 'set' && !windowed)
  const options = sortable.flatMap(({name, says, type}) => {
    const isNumber = type === 'number'
    return [
      {value: name, label: text(isNumber ? 'rule-form.least' : 'rule-form.first', {fact: says})},
      {value: `-${name}`, label: text(isNumber ? 'rule-form.most' : 'rule-form.last', {fact: says})},
    ]
  })
  return [{key: 'order', label: text('rule-form.order'), kind: {is: 'choices', options}}]
}

export function guardFields(lacked: ReadonlySet<string>): readonly PartField[] {
  const fields: readonly PartField[] = [
    {key: 'maxPerRun', label: text('rule-form.guard.maxPerRun'), kind: count},
    {key: 'maxPerHour', label: text('rule-form.guard.maxPerHour'), kind: count},
    {key: 'maxPerDay', label: text('rule-form.guard.maxPerDay'), kind: count},
    {key: 'maxBytesPerRun', label: text('rule-form.guard.maxBytesPerRun'), kind: quantityKind('bytes')},
    {key: 'maxShare', label: text('rule-form.guard.maxShare'), kind: quantityKind('share')},
    {key: 'maxPerTracker', label: text('rule-form.guard.maxPerTracker'), kind: count},
    {key: 'minAgeComplete', label: text('rule-form.guard.minAgeComplete'), kind: seconds},
    {key: 'minAgeIncomplete', label: text('rule-form.guard.minAgeIncomplete'), kind: seconds},
    {key: 'quarantine', label: text('rule-form.guard.quarantine'), kind: seconds},
    {key: 'obligationOverride', label: text('rule-form.guard.obligationOverride'), kind: {is: 'text'}},
  ]
  return fields.map((field) => ({...field, isForeign: lacked.has(`guards.${field.key}`)}))
}

function reasonChoice(reason: RuleVocabulary['reasons'][number]): Choice {
  return {value: reason, label: text(`rule-form.reason.${reason}`)}
}

export function moreFields({reasons, subjects}: RuleVocabulary): readonly PartField[] {
  return [
    {
      key: 'reason',
      label: text('rule-form.reason'),
      kind: {is: 'choice', options: reasons.map(reasonChoice)},
    },
    {key: 'order', label: text('rule-form.rank'), kind: count},
    {key: 'concern', label: text('rule-form.concern'), kind: {is: 'text'}},
    {
      key: 'conflict',
      label: text('rule-form.conflict'),
      kind: {is: 'choice', options: conflicts.map(conflictChoice)},
    },
    {
      key: 'subject',
      label: text('rule-form.subject'),
      kind: {is: 'choice', options: subjects.map(subjectChoice)},
    },
  ]
}

const conflicts = ['exclusive', 'additive'] as const

function conflictChoice(conflict: (typeof conflicts)[number]): Choice {
  return {value: conflict, label: text(`rule-form.conflict.${conflict}`)}
}

function subjectChoice(subject: RuleVocabulary['subjects'][number]): Choice {
  return {value: subject, label: text(`rule-form.subject.${subject}`)}
}

interface PartField {
  readonly key: string
  readonly label: string
  readonly kind: ValueKind
  /** It is shown where it is written, but rules of this subject may not have it. */
  readonly isForeign?: boolean
}

/** Keys of a part that may be there or not: those that are, and a menu of the others. */
export function PartFields({
  part,
  place,
  fields,
  edits,
  none,
}: {
  part: Part
  place: Place
  fields: readonly PartField[]
  /** `null` = it is only read. */
  edits: Edits | null
  /** What it means that none is there. */
  none: string
}) {
  const [there, missing] = [
    fields.filter(({key}) => key in part),
    fields.filter(({key, isForeign = false}) => !(key in part) && !isForeign),
  ]
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
      {there.length === 0 && none !== '' && <span className="text-text-2">{none}</span>}
      {there.map(({key, label, kind}) => (
        <div
          key={key}
          data-place={[...place, key].join('.')}
          className="flex max-w-full flex-wrap items-center gap-2"
        >
          <span>{label}</span>
          {edits ? (
            <>
              <ValueControl
                {...{kind, label}}
                value={part[key]}
                onChange={(next) => edits.set([...place, key], next)}
              />
              <Remove what={label} onRemove={() => edits.remove([...place, key])} />
            </>
          ) : (
            <Shown value={labelOf(kind, part[key])} />
          )}
        </div>
      ))}
      {edits && missing.length > 0 && (
        <DropdownMenu
          label={text('rule-form.add')}
          trigger={
            <Button variant="ghost" icon={Plus}>
              {text('rule-form.add')}
            </Button>
          }
          entries={missing.map(({key, label, kind}) => ({
            id: key,
            label,
            onSelect: () => edits.set([...place, key], firstOf(kind)),
          }))}
        />
      )}
    </div>
  )
}

/** What a choice is called; any other value as it is. */
function labelOf(kind: ValueKind, value: unknown): unknown {
  return kind.is === 'choice' ? (kind.options.find((it) => it.value === value)?.label ?? value) : value
}

type ActionWord = RuleVocabulary['actions'][number]

/** One thing that a rule does, with what it is told. */
export function ActionLine({
  action,
  place,
  words,
  known,
  edits,
}: {
  action: Part
  place: Place
  words: RuleVocabulary
  known: KnownNames
  edits: Edits | null
}) {
  const name = String(action['action'])
  const word = words.actions.find((it) => it.name === name)
  const condition = action['if']
  const remove = () => edits?.remove(place)
  return (
    <div className="grid gap-2">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        {edits ? (
          <Combobox
            value={name}
            onChange={(next: string) => edits.set(place, actionOf(next, words, known))}
            label={text('rule-form.action')}
            options={actionChoices(words.actions)}
            className="w-52!"
          />
        ) : (
          <Subject>{actionWords(name)}</Subject>
        )}
        {word?.params.map((param) => (
          <Param key={param.name} {...{param, action, name, place, known, edits}} />
        ))}
        {edits && <Remove what={actionWords(name)} onRemove={remove} />}
      </div>
      {condition !== undefined && (
        <div className="grid gap-2 border-l-2 border-line-strong pl-3">
          <span>{text('rule-form.if')}</span>
          <ConditionTree
            {...{condition, words, known, edits}}
            place={[...place, 'if']}
            onRemove={() => edits?.remove([...place, 'if'])}
          />
        </div>
      )}
      {edits && condition === undefined && (
        <div className="flex flex-wrap items-center gap-2 pl-3">
          <span className="text-text-2">{text('rule-form.if')}</span>
          <AddCondition words={words} onAdd={(leaf) => edits.set([...place, 'if'], leaf)} />
        </div>
      )}
    </div>
  )
}

function Param({
  param,
  action,
  name,
  place,
  known,
  edits,
}: {
  param: ActionWord['params'][number]
  action: Part
  name: string
  place: Place
  known: KnownNames
  edits: Edits | null
}) {
  const value = action[param.name]
  const label = paramWords(param.name)
  const its = [...place, param.name]
  // What another fact says is written in the text.
  const isFact = typeof value === 'object' && value !== null && !Array.isArray(value)
  if (!edits && value === undefined) return null
  return (
    <div data-place={its.join('.')} className="flex flex-wrap items-center gap-2">
      <span className="text-text-2">{label}</span>
      {!edits || isFact ? (
        <Shown value={value} />
      ) : (
        <ValueControl
          kind={kindOfParam(name, param, known)}
          value={value}
          onChange={(next) => {
            const isLeftOut = next === '' || (Array.isArray(next) && next.length === 0)
            if (isLeftOut && !param.is_required) edits.remove(its)
            else edits.set(its, next)
          }}
          label={label}
        />
      )}
    </div>
  )
}

/** Something to do, with what it has to be told. */
export function actionOf(name: string, words: RuleVocabulary, known: KnownNames): object {
  const params = words.actions.find((it) => it.name === name)?.params ?? []
  const needed = params.filter(({is_required: isRequired}) => isRequired)
  return {
    action: name,
    ...Object.fromEntries(needed.map((it) => [it.name, firstOf(kindOfParam(name, it, known))])),
  }
}

export function actionChoices(actions: readonly ActionWord[]) {
  return actions.map(({name, class: its, loses_bytes: loses}) => ({
    value: name as string,
    label: actionWords(name),
    hint: text(loses ? 'rule-form.class.loses' : `rule-form.class.${its}`),
  }))
}

function paramWords(name: string): string {
  return textIfAny(`rule-form.param.${name}`) ?? name
}
