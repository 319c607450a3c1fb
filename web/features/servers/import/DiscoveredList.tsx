import {useEffect} from 'react'
import type {Discovery} from '../../../api/servers.ts'
import {text} from '../../../i18n/text.ts'
import {Note} from '../../../ui/Note.tsx'
import {ImportSteps} from './ImportPanel.tsx'
import {kindName} from '../server-words.ts'
import {useImport} from './use-import.ts'

/** The download clients of an Arr: those that are here already, those that can be brought in, and those that cannot. */
export function DiscoveredList({found, onDone}: {found: Discovery; onDone: () => void}) {
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
