import {useQuery} from '@tanstack/react-query'
import {useId, useState} from 'react'
import {freeSpaceAt} from '../../../api/actions.ts'
import {serversQuery} from '../../../api/servers.ts'
import {text} from '../../../i18n/text.ts'
import {Checkbox} from '../../../ui/Checkbox.tsx'
import {Field} from '../../../ui/Field.tsx'
import {bytes} from '../../../ui/format.ts'
import {Input} from '../../../ui/Input.tsx'
import {Quantity} from '../../../ui/Quantity.tsx'
import {AbilityNote} from '../AbilityNote.tsx'
import {ActionDialogFrame} from './ActionDialogFrame.tsx'
import {common, mixed} from './chosen-facts.ts'
import {counted} from '../counted.ts'
import {isAbsolutePath, knownPaths} from './known-paths.ts'
import type {ActionTarget} from '../target.ts'
import {useActionForm} from './use-action-form.ts'
import {useChosenFacts} from './use-chosen-facts.ts'

/** Another folder on the same servers: with the data, or because the data is there already. */
export function LocationDialog({target}: {target: ActionTarget}) {
  const form = useActionForm(target)
  const facts = useChosenFacts(target)
  const {data: servers = []} = useQuery(serversQuery)
  const [typed, setTyped] = useState<string | null>(null)
  const [moves, setMoves] = useState(true)
  const list = useId()
  const on = form.frozen?.servers ?? []
  const before = facts ? common(facts, 'save_path') : undefined
  const path = (typed ?? (typeof before === 'string' ? before : '')).trim()
  const fault = path !== '' && !isAbsolutePath(path) ? text('location.absolute') : undefined
  return (
    <ActionDialogFrame
      form={form}
      title={counted('location.title', form.count)}
      submitLabel={text(moves ? 'location.move' : 'location.set')}
      disabledReason={path === '' ? text('location.choose') : fault}
      note={moves ? text('location.moves') : text('location.stays')}
      onSubmit={() => void form.send([{verb: 'setLocation', args: {path, move_data: moves}}])}
    >
      <Field
        label={text('location.path')}
        error={fault}
        hint={before === mixed ? text('action.several') : text('location.path.hint')}
      >
        <Input
          isMono
          list={list}
          autoComplete="off"
          spellCheck={false}
          value={typed ?? (before === mixed ? '' : path)}
          onChange={(event) => setTyped(event.target.value)}
        />
      </Field>
      <datalist id={list}>
        {knownPaths(servers.filter(({server_id: id}) => on.some((it) => it.server_id === id))).map((it) => (
          <option key={it} value={it}>
            {it}
          </option>
        ))}
      </datalist>
      <Checkbox
        label={text('location.move-data')}
        hint={text('location.move-data.hint')}
        checked={moves}
        onChange={setMoves}
      />
      {path !== '' && fault === undefined && (
        <ul className="grid gap-1 text-12">
          {on.map(({server_id: id, server_name: name}) => (
            <FreeSpace key={id} id={id} name={name} path={path} />
          ))}
        </ul>
      )}
      <AbilityNote figures={form.frozen} verb="setLocation" />
    </ActionDialogFrame>
  )
}

function FreeSpace({id, name, path}: {id: string; name: string; path: string}) {
  const {data, isError} = useQuery({
    queryKey: ['free-space', id, path],
    queryFn: async () => (await freeSpaceAt(id, path)) ?? null,
    staleTime: 30_000,
    retry: false,
  })
  return (
    <li className="flex justify-between gap-4 text-text-2">
      <span>{text('location.free', {name})}</span>
      {isError ? <span>{text('location.free.unknown')}</span> : <Quantity value={bytes(data ?? undefined)} />}
    </li>
  )
}
