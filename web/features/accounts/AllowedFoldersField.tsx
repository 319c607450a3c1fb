import {useQuery} from '@tanstack/react-query'
import {X} from 'lucide-react'
import {useState} from 'react'
import type {Settings} from '../../api/accounts.ts'
import {serversQuery} from '../../api/servers.ts'
import {text} from '../../i18n/text.ts'
import {Button} from '../../ui/Button.tsx'
import {IconButton} from '../../ui/IconButton.tsx'
import {Input} from '../../ui/Input.tsx'
import {Select} from '../../ui/Select.tsx'
import {isAbsolutePath} from '../actions/dialogs/known-paths.ts'

type Folders = Settings['allowed_folders']

/** Folders of servers that everybody may save to who may add there: each with its server, and one row for a new one. */
export function AllowedFoldersField({
  folders,
  change,
}: {
  folders: Folders
  change: (folders: Folders) => void
}) {
  const {data: servers = []} = useQuery(serversQuery)
  const [server, setServer] = useState<string | null>(null)
  const [folder, setFolder] = useState('')
  const nameOf = (id: string) => servers.find((it) => it.server_id === id)?.server_name ?? id
  const add = () => {
    if (server === null || !isAbsolutePath(folder)) return
    change([...folders, {server_id: server, folder}])
    setFolder('')
  }
  return (
    <fieldset className="grid gap-2">
      <legend className="mb-1">{text('people.settings.allowed_folders')}</legend>
      <p className="text-text-3">{text('people.settings.allowed_folders.hint')}</p>
      {folders.map((it, at) => (
        <div key={`${it.server_id} ${it.folder}`} className="flex items-center gap-2">
          <span className="min-w-0 flex-1 truncate">
            {nameOf(it.server_id)} <span className="font-mono">{it.folder}</span>
          </span>
          <IconButton
            icon={X}
            label={text('people.settings.allowed_folders.remove', {folder: it.folder})}
            onClick={() => change(folders.toSpliced(at, 1))}
          />
        </div>
      ))}
      <div className="grid gap-2 phone:grid-cols-[1fr_2fr_auto]">
        <Select
          label={text('people.settings.allowed_folders.server')}
          value={server}
          onChange={setServer}
          options={servers.map((it) => ({value: it.server_id, label: it.server_name}))}
        />
        <Input
          aria-label={text('people.settings.allowed_folders.folder')}
          placeholder="/data/films"
          isMono
          value={folder}
          onChange={({currentTarget}) => setFolder(currentTarget.value)}
        />
        <Button
          onClick={add}
          disabledReason={
            server !== null && isAbsolutePath(folder)
              ? undefined
              : text('people.settings.allowed_folders.missing')
          }
        >
          {text('people.settings.allowed_folders.add')}
        </Button>
      </div>
    </fieldset>
  )
}
