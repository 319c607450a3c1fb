import {useQueries, useQuery} from '@tanstack/react-query'
import {useState} from 'react'
import {categoriesQuery, createCategory} from '../../../api/labels.ts'
import {queries} from '../../../api/queries.ts'
import {serverQuery} from '../../../api/servers.ts'
import {text} from '../../../i18n/text.ts'
import {Combobox} from '../../../ui/Combobox.tsx'
import {Field} from '../../../ui/Field.tsx'
import {Note} from '../../../ui/Note.tsx'
import {AbilityNote} from '../AbilityNote.tsx'
import {ActionDialogFrame} from './ActionDialogFrame.tsx'
import {common, mixed} from './chosen-facts.ts'
import {counted} from '../counted.ts'
import {serversThatMake, serversThatTake, withoutLabel} from './label-servers.ts'
import type {ActionTarget} from '../target.ts'
import {useActionForm} from './use-action-form.ts'
import {useChosenFacts} from './use-chosen-facts.ts'

/** What a server can does not change while somebody names a category. */
const featuresQuery = (id: string) => ({
  ...serverQuery(id),
  staleTime: 30_000,
  refetchInterval: false as const,
})

/** One category for all of them; where it does not exist yet it is made. */
export function CategoryDialog({target}: {target: ActionTarget}) {
  const form = useActionForm(target)
  const facts = useChosenFacts(target)
  const {data: categories = []} = useQuery(categoriesQuery)
  const [typed, setTyped] = useState<string | null>(null)
  const before = facts ? common(facts, 'category') : mixed
  const value = typed ?? (typeof before === 'string' ? before : null)
  const unknowing =
    value === null ? [] : withoutLabel(value, categories, serversThatTake(form.frozen, 'setCategory'))
  const details = useQueries({queries: unknowing.map(({server_id: id}) => featuresQuery(id))})
  const makers = serversThatMake(
    unknowing,
    details.flatMap(({data}) => data ?? []),
  )
  const send = async () => {
    // Whoever is quick may be so before the features are read.
    const read = await Promise.allSettled(
      unknowing.map(({server_id: id}) => queries.ensureQueryData(featuresQuery(id))),
    )
    const known = read.flatMap((it) => (it.status === 'fulfilled' ? it.value : []))
    const making = serversThatMake(unknowing, known)
    await Promise.allSettled(making.map(({server_id: id}) => createCategory(id, value!)))
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
      {makers.length > 0 && (
        <Note>{text('category.missing', {where: makers.map(({server_name: name}) => name).join(', ')})}</Note>
      )}
      <AbilityNote figures={form.frozen} verb="setCategory" />
    </ActionDialogFrame>
  )
}
