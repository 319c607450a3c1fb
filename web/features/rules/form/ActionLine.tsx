import type {RuleVocabulary} from '../../../api/rules.ts'
import {text, textIfAny} from '../../../i18n/text.ts'
import {Combobox} from '../../../ui/Combobox.tsx'
import {deedWords} from '../../explain/action-words.ts'
import {AddCondition, ConditionTree} from './ConditionTree.tsx'
import {Remove} from './LeafLine.tsx'
import type {Edits, Part, Place} from './rule-document.ts'
import {firstOf, kindOfParam, type KnownNames} from './value-kind.ts'
import {ValueControl} from './ValueControl.tsx'
import {Shown, Subject} from './Words.tsx'

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
          <Subject>{deedWords(name)}</Subject>
        )}
        {word?.params.map((param) => (
          <Param key={param.name} {...{param, action, name, place, known, edits}} />
        ))}
        {edits && <Remove what={deedWords(name)} onRemove={remove} />}
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
    <div className="flex flex-wrap items-center gap-2">
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
    label: deedWords(name),
    hint: text(loses ? 'rule-form.class.loses' : `rule-form.class.${its}`),
  }))
}

function paramWords(name: string): string {
  return textIfAny(`rule-form.param.${name}`) ?? name
}
