import {useMutation} from '@tanstack/react-query'
import {useState} from 'react'
import type {ArrDiscovery, FoundServer} from '../../../api/arrs.ts'
import {importServers} from '../../../api/servers.ts'
import {text} from '../../../i18n/text.ts'
import {Badge} from '../../../ui/Badge.tsx'
import {Button} from '../../../ui/Button.tsx'
import {CircleCheck} from 'lucide-react'
import {PasswordInput} from '../../../ui/PasswordInput.tsx'
import {kindName} from '../../servers/server-words.ts'

/** A torrent server that an Arr uses: here already, or one key press away. */
export function FoundServerRow({server, list}: {server: FoundServer; list: ArrDiscovery['list']}) {
  const {name, implementation, server_type: kind, url, categories, known, item, obstacle, missing} = server
  const [password, setPassword] = useState('')
  const adding = useMutation({mutationFn: () => addFound(list, item!, password)})
  const isHere = known !== null || adding.isSuccess
  const needsPassword = missing.includes('password')
  return (
    <li className="grid gap-1.5 px-3 py-2">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
        <span className="grid min-w-0 flex-[1_1_200px]">
          <span className="truncate">
            <b className="font-medium">{name}</b>{' '}
            <span className="text-text-2">{kind === null ? implementation : kindName(kind)}</span>
          </span>
          <span className="truncate text-12 text-text-3">
            {[url, categories.length > 0 && text('arr.found.under', {categories: categories.join(', ')})]
              .filter(Boolean)
              .join(' · ')}
          </span>
        </span>
        {isHere ? (
          <Badge tone="good" icon={CircleCheck}>
            {known === null ? text('arr.found.added') : text('arr.found.here', {name: known.server_name})}
          </Badge>
        ) : (
          item !== null && (
            <span className="flex flex-wrap items-center gap-2">
              {needsPassword && (
                <span className="w-44">
                  <PasswordInput
                    aria-label={text('arr.found.password', {name})}
                    placeholder={text('server.form.password')}
                    autoComplete="new-password"
                    value={password}
                    onChange={(event) => setPassword(event.target.value)}
                    onKeyDown={(event) => {
                      // The form around it adds the Arr.
                      if (event.key !== 'Enter') return
                      event.preventDefault()
                      if (password !== '') adding.mutate()
                    }}
                  />
                </span>
              )}
              <Button
                onClick={() => adding.mutate()}
                waitsFor={adding.isPending ? text('arr.found.adding') : undefined}
                disabledReason={
                  needsPassword && password === '' ? text('arr.found.password.first') : undefined
                }
              >
                {text('arr.found.add')}
              </Button>
            </span>
          )
        )}
      </div>
      {[obstacle, adding.error?.message ?? null]
        .filter((words) => words !== null)
        .map((words) => (
          <output key={words} className="block text-12 text-pretty text-st-stalled wrap-anywhere">
            {words}
          </output>
        ))}
    </li>
  )
}

/** One server of what an Arr told, the others left out. @throws {Error} with its words when it was not added */
async function addFound(list: ArrDiscovery['list'], item: number, password: string): Promise<void> {
  const choices = list.servers.map((_, at) =>
    at === item ? {item: at, ...(password !== '' && {password})} : {item: at, do: 'skip' as const},
  )
  const {items} = await importServers({json: list, preview: false, choices})
  const done = items.find((it) => it.item === item)
  if (done === undefined || done.status !== 'done') {
    throw new Error(done?.message ?? text('arr.found.not-added'))
  }
}
