import {Check, Pencil, Trash2, X} from 'lucide-react'
import {useState} from 'react'
import type {LiveServer} from '#model/live.ts'
import {editCategory, removeCategories, type ServerCategory} from '../../../api/servers.ts'
import {text} from '../../../i18n/text.ts'
import {IconButton} from '../../../ui/IconButton.tsx'
import {Input} from '../../../ui/Input.tsx'
import {Note} from '../../../ui/Note.tsx'
import {ConfirmButton} from '../dialogs/ConfirmButton.tsx'
import {useServerCommand} from '../use-server-command.ts'

/** One category: its folder, changed in place, and out with it. */
export function CategoryRow({
  server,
  category,
  hasPath,
  canRemove,
}: {
  server: LiveServer
  category: ServerCategory
  /** Categories of this server have folders. */
  hasPath: boolean
  /** The server knows how. */
  canRemove: boolean
}) {
  const {server_id: id, access} = server
  const {name, save_path: path = ''} = category
  const [draft, setDraft] = useState<string | null>(null)
  const editing = useServerCommand(
    () => editCategory(id, name, (draft ?? '').trim()),
    () => setDraft(null),
  )
  const removing = useServerCommand(() => removeCategories(id, [name]))
  const problem = editing.error ?? removing.error
  return (
    <li className="grid gap-1.5 border-t border-line py-1 pr-2 pl-3.5 first:border-0">
      <div className="flex min-h-8 items-center gap-2">
        <span className="min-w-20 flex-1 truncate font-medium" title={name}>
          {name}
        </span>
        {draft === null ? (
          <span className="min-w-0 flex-[1.5] truncate font-mono text-12 text-text-2" title={path}>
            {path === '' && hasPath ? text('categories.usual') : path}
          </span>
        ) : (
          <form
            className="flex flex-[1.5] gap-1"
            onSubmit={(event) => {
              event.preventDefault()
              editing.run()
            }}
          >
            <Input
              isMono
              // oxlint-disable-next-line jsx-a11y/no-autofocus -- somebody pressed its button
              autoFocus
              aria-label={text('categories.path-of', {name})}
              value={draft}
              onChange={(event) => setDraft(event.target.value)}
              onKeyDown={(event) => event.key === 'Escape' && setDraft(null)}
            />
            <IconButton type="submit" icon={Check} label={text('server.form.save')} />
            <IconButton icon={X} label={text('server.cancel')} onClick={() => setDraft(null)} />
          </form>
        )}
        {access !== 'view' && hasPath && draft === null && (
          <IconButton
            size="small"
            icon={Pencil}
            label={text('categories.edit', {name})}
            onClick={() => setDraft(path)}
          />
        )}
        {access === 'own' && canRemove && draft === null && (
          <ConfirmButton
            icon={Trash2}
            label={text('categories.remove', {name})}
            question={text('categories.remove.what', {name})}
            verb={text('categories.remove.do')}
            onConfirm={removing.run}
          />
        )}
      </div>
      {problem && (
        <Note tone="bad" isNews>
          {problem}
        </Note>
      )}
    </li>
  )
}
