import {useQuery} from '@tanstack/react-query'
import {useState} from 'react'
import {categoriesQuery, createCategory} from '../../api/labels.ts'
import {text} from '../../text/text.ts'
import {Combobox} from '../../ui/Combobox.tsx'
import {Field} from '../../ui/Field.tsx'
import {Note} from '../../ui/Note.tsx'
import {AbilityNote} from './AbilityNote.tsx'
import {ActionDialogFrame} from './ActionDialogFrame.tsx'
import {common, mixed} from './chosen-facts.ts'
import {counted} from './counted.ts'
import {serversThatTake, withoutLabel} from './label-servers.ts'
import type {ActionTarget} from './target.ts'
import {useActionForm} from './use-action-form.ts'
import {useChosenFacts} from './use-chosen-facts.ts'

/** One category for all of them; where it does not exist yet it is made. */
export function CategoryDialog({target}: {target: ActionTarget}) {
  const form = useActionForm(target)
  const facts = useChosenFacts(target)
  const {data: categories = []} = useQuery(categoriesQuery)
  const [typed, setTyped] = useState<string | null>(null)
  const before = facts ? common(facts, 'category') : mixed
  const value = typed ?? (typeof before === 'string' ? before : null)
  const missing =
    value === null ? [] : withoutLabel(value, categories, serversThatTake(form.frozen, 'setCategory'))
  const send = async () => {
    // Kinds that know categories by their torrents alone refuse to make one, and need none.
    await Promise.allSettled(missing.map(({server_id: id}) => createCategory(id, value!)))
    await form.send([{verb: 'setCategory', args: {category: value}}])
  }
  return (
    <ActionDialogFrame
      form={form}
      size="s"
      title={counted('category.title', form.count)}
      submitLabel={value === '' ? text('category.take') : text('category.set')}
      disabledReason={value === null ? text('category.choose') : undefined}
      onSubmit={() => void send()}
    >
      <Field
        label={text('category.label')}
        hint={before === mixed && facts ? text('action.several') : undefined}
      >
        <Combobox
          value={value}
          onChange={setTyped}
          options={[
            {value: '', label: text('category.none')},
            ...categories.map(({name, servers: on}) => ({
              ...{value: name, label: name},
              hint: on.find(({save_path: path}) => path)?.save_path,
            })),
          ]}
          createLabel={(name) => text('category.create', {name})}
        />
      </Field>
      {missing.length > 0 && (
        <Note>
          {text('category.missing', {where: missing.map(({server_name: name}) => name).join(', ')})}
        </Note>
      )}
      <AbilityNote figures={form.frozen} verb="setCategory" />
    </ActionDialogFrame>
  )
}
