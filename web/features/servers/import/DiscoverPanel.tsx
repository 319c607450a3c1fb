import {useMutation} from '@tanstack/react-query'
import {useEffect, useState} from 'react'
import {discoverServers, type Discovery} from '../../../api/servers.ts'
import {text} from '../../../i18n/text.ts'
import {Button} from '../../../ui/Button.tsx'
import {Checkbox} from '../../../ui/Checkbox.tsx'
import {Field} from '../../../ui/Field.tsx'
import {Input, PasswordInput} from '../../../ui/Input.tsx'
import {Note} from '../../../ui/Note.tsx'
import {kindName} from '../server-words.ts'
import {ImportSteps} from './ImportPanel.tsx'
import {useImport} from './use-import.ts'

/** Asks an Arr which download clients it uses, and brings those in. */
export function DiscoverPanel({onDone}: {onDone: () => void}) {
  const [url, setUrl] = useState('')
  const [key, setKey] = useState('')
  const [skipVerify, setSkipVerify] = useState(false)
  const asking = useMutation<Discovery>({
    mutationFn: () => discoverServers({url: url.trim(), api_key: key.trim(), skip_tls_verify: skipVerify}),
  })
  const isEmpty = url.trim() === '' || key.trim() === ''
  return (
    <div className="grid gap-4">
      <form
        className="grid gap-3.5"
        onSubmit={(event) => {
          event.preventDefault()
          if (!isEmpty) asking.mutate()
        }}
      >
        <div className="grid gap-x-4 gap-y-3 phone:grid-cols-2">
          <Field label={text('discover.address')} hint={text('discover.address.hint')}>
            <Input
              isMono
              inputMode="url"
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              placeholder="http://radarr.lan:7878"
              value={url}
              onChange={(event) => setUrl(event.target.value)}
            />
          </Field>
          <Field label={text('discover.key')} hint={text('discover.key.hint')}>
            <PasswordInput value={key} onChange={(event) => setKey(event.target.value)} />
          </Field>
        </div>
        <Checkbox checked={skipVerify} onChange={setSkipVerify} label={text('server.form.skip')} />
        {asking.error && (
          <Note tone="bad" isNews>
            {asking.error.message}
          </Note>
        )}
        <Button
          type="submit"
          variant={asking.data ? 'default' : 'primary'}
          className="justify-self-end"
          disabledReason={isEmpty ? text('discover.empty') : undefined}
          waitsFor={asking.isPending ? text('discover.busy') : undefined}
        >
          {text('discover.do')}
        </Button>
      </form>
      {asking.data && <DiscoveredList key={asking.submittedAt} found={asking.data} onDone={onDone} />}
    </div>
  )
}

/** The download clients of an Arr: those that are here already, those that can be brought in, and those that cannot. */
function DiscoveredList({found, onDone}: {found: Discovery; onDone: () => void}) {
  const {arr, servers, list} = found
  const state = useImport({json: list})
  const canImport = list.servers.length > 0
  useEffect(() => {
    if (canImport) state.look()
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- once for each answer
  }, [found])
  const others = servers.filter(({item}) => item === null)
  return (
    <div className="grid gap-3">
      <p className="font-medium">
        {text('discover.found', {app: arr.name || arr.app, version: arr.version, count: servers.length})}
      </p>
      {servers
        .filter(({known, warnings}) => known === null && warnings.length > 0)
        .map(({name, server_type: kind, warnings}) => (
          <p key={name} className="text-12 text-pretty text-text-2">
            {`${name}${kind === null ? '' : ` (${kindName(kind)})`}: ${warnings.join(' ')}`}
          </p>
        ))}
      {others.map(({name, implementation, obstacle}) => (
        <Note key={name} tone="warn">
          <b>{name}</b> ({implementation}): {obstacle}
        </Note>
      ))}
      {canImport && <ImportSteps state={state} canLook onDone={onDone} />}
    </div>
  )
}
