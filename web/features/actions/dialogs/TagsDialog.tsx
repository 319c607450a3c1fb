import {useQuery} from '@tanstack/react-query'
import {Plus} from 'lucide-react'
import {useState} from 'react'
import {tagsQuery} from '../../../api/labels.ts'
import {text} from '../../../i18n/text.ts'
import {Button} from '../../../ui/Button.tsx'
import {Checkbox} from '../../../ui/Checkbox.tsx'
import {Field} from '../../../ui/Field.tsx'
import {Input} from '../../../ui/Input.tsx'
import {Skeleton} from '../../../ui/Skeleton.tsx'
import {counted} from '../action-words.ts'
import type {Wish} from '../run-action.ts'
import type {ActionTarget} from '../target.ts'
import {AbilityNote, ActionDialogFrame, titleOf, useActionForm} from './ActionDialogFrame.tsx'
import {tagChange, tagStates, type TagChange} from './dialog-fields.ts'
import {useSelectedFacts} from '../selected-facts.ts'

/** Tags on all, on some, on none: what is not touched stays as it is on each. */
export function TagsDialog({target}: {target: ActionTarget}) {
  const form = useActionForm(target)
  const facts = useSelectedFacts(target, form.frozen)
  const {data: known} = useQuery(tagsQuery)
  const [wanted, setWanted] = useState<ReadonlyMap<string, boolean>>(new Map())
  const [typed, setTyped] = useState('')
  const states = facts && known ? tagStates(facts, [...known.map(({name}) => name), ...wanted.keys()]) : null
  const change = states ? tagChange(states, wanted) : {add: [], remove: []}
  const want = (name: string, on: boolean) => setWanted(new Map(wanted).set(name, on))
  const make = () => {
    setWanted(new Map([...wanted, ...namesIn(typed).map((name) => [name, true] as const)]))
    setTyped('')
  }
  const shown = [...(states ?? [])].filter(([name]) =>
    name.toLowerCase().includes(typed.trim().toLowerCase()),
  )
  return (
    <ActionDialogFrame
      form={form}
      size="s"
      title={titleOf(form, 'set-tags.title', 'set-tags.title.named')}
      submitLabel={buttonWords(change)}
      disabledReason={wishesFor(change).length === 0 ? text('set-tags.unchanged') : undefined}
      onSubmit={() => void form.send(wishesFor(change))}
    >
      <Field label={text('set-tags.find')}>
        <Input
          value={typed}
          autoComplete="off"
          onChange={(event) => setTyped(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.ctrlKey || event.metaKey || typed.trim() === '') return
            event.preventDefault()
            make()
          }}
          end={
            <Button
              variant="ghost"
              icon={Plus}
              onClick={make}
              disabledReason={typed.trim() === '' ? text('set-tags.type') : undefined}
            >
              {text('set-tags.add')}
            </Button>
          }
        />
      </Field>
      <ul className="grid max-h-70 min-h-20 content-start gap-1 overflow-y-auto rounded-m border border-line-strong p-2">
        {states === null && <Skeleton width="60%" />}
        {states !== null && shown.length === 0 && (
          <li className="px-1 text-12 text-text-3">{text('set-tags.none')}</li>
        )}
        {shown.map(([name, state]) => (
          <li key={name} className="flex min-h-7 items-center px-1 pointer-coarse:min-h-11">
            <Checkbox
              label={name}
              checked={wanted.get(name) ?? state}
              hint={state === 'mixed' && !wanted.has(name) ? text('set-tags.some') : undefined}
              onChange={(on) => want(name, on)}
            />
          </li>
        ))}
      </ul>
      <AbilityNote figures={form.frozen} verb="addTags" />
    </ActionDialogFrame>
  )
}

/** Several at once, by commas. */
function namesIn(typed: string): readonly string[] {
  return typed
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean)
}

function buttonWords({add, remove}: TagChange): string {
  if (add.length > 0 && remove.length === 0) return counted('set-tags.adds', add.length)
  return add.length === 0 && remove.length > 0
    ? counted('set-tags.removes', remove.length)
    : text('set-tags.changes')
}

function wishesFor({add, remove}: TagChange): readonly Wish[] {
  return [
    ...(add.length > 0 ? [{verb: 'addTags', args: {tags: add}} as const] : []),
    ...(remove.length > 0 ? [{verb: 'removeTags', args: {tags: remove}} as const] : []),
  ]
}
