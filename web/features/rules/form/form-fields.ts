/** Keys of the parts of a rule that may be left out, with their words. */
import type {RuleVocabulary} from '../../../api/rules.ts'
import {text} from '../../../i18n/text.ts'
import type {Choice} from '../../../ui/ChoiceList.tsx'
import type {PartField} from './PartFields.tsx'
import {choicesOf, quantityKind, type KnownNames} from './value-kind.ts'

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
    {key: 'every', label: text('rule-form.schedule.every'), kind: seconds},
    {key: 'cron', label: text('rule-form.schedule.cron'), kind: {is: 'text'}},
    {
      key: 'on',
      label: text('rule-form.schedule.on'),
      kind: {is: 'choices', options: choicesOf(events)},
      isForeign: lacked.has('schedule.on'),
    },
    {key: 'timeZone', label: text('rule-form.schedule.timeZone'), kind: {is: 'text'}},
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
      kind: {is: 'choice', options: choicesOf(['exclusive', 'additive'])},
    },
    {key: 'subject', label: text('rule-form.subject'), kind: {is: 'choice', options: choicesOf(subjects)}},
  ]
}
