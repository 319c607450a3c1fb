import {Plus} from 'lucide-react'
import {useState} from 'react'
import type {LiveServer} from '#model/live.ts'
import {createCategory, type ServerDetail} from '../../../api/servers.ts'
import {text} from '../../../i18n/text.ts'
import {Button} from '../../../ui/Button.tsx'
import {Card} from '../../../ui/Card.tsx'
import {Input} from '../../../ui/Input.tsx'
import {Note} from '../../../ui/Note.tsx'
import {CategoryRow} from './CategoryRow.tsx'
import {featureOf} from './features.ts'
import {useServerCommand} from '../use-server-command.ts'

/** Categories of a server: where each saves, new ones, and which go. Their torrents stay. */
export function CategoriesCard({server, detail}: {server: LiveServer; detail: ServerDetail | null}) {
  if (detail === null) return null
  const feature = featureOf(detail, 'createCategory')
  const hasPaths = featureOf(detail, 'categoryPaths')?.support !== 'none'
  const {categories} = detail
  return (
    <Card title={text('categories.title')} isPadded={false}>
      {feature?.support === 'none' && <p className="px-3.5 py-3 text-pretty text-text-2">{feature.reason}</p>}
      {categories.length === 0 && feature?.support !== 'none' && (
        <p className="px-3.5 py-3 text-text-2">{text('categories.none')}</p>
      )}
      <ul className="max-h-96 overflow-y-auto">
        {categories.map((category) => (
          <CategoryRow
            key={category.name}
            server={server}
            category={category}
            hasPath={hasPaths}
            canRemove={featureOf(detail, 'removeCategories')?.support !== 'none'}
          />
        ))}
      </ul>
      {server.access !== 'view' && feature?.support !== 'none' && (
        <NewCategory id={server.server_id} hasPath={hasPaths} />
      )}
    </Card>
  )
}

function NewCategory({id, hasPath}: {id: string; hasPath: boolean}) {
  const [name, setName] = useState('')
  const [path, setPath] = useState('')
  const creating = useServerCommand(
    () => createCategory(id, name.trim(), path.trim()),
    () => {
      setName('')
      setPath('')
    },
  )
  return (
    <form
      className="grid gap-2 border-t border-line p-3"
      onSubmit={(event) => {
        event.preventDefault()
        if (name.trim() !== '') creating.run()
      }}
    >
      <div className="flex flex-wrap gap-2">
        <Input
          aria-label={text('categories.name')}
          placeholder={text('categories.name')}
          value={name}
          onChange={(event) => setName(event.target.value)}
          className="min-w-32 flex-1"
        />
        {hasPath && (
          <Input
            isMono
            aria-label={text('categories.path')}
            placeholder={text('categories.path')}
            value={path}
            onChange={(event) => setPath(event.target.value)}
            className="min-w-40 flex-[2]"
          />
        )}
        <Button
          type="submit"
          icon={Plus}
          className="h-8"
          disabledReason={name.trim() === '' ? text('categories.name-missing') : undefined}
          waitsFor={creating.isBusy ? text('categories.creating') : undefined}
        >
          {text('categories.create')}
        </Button>
      </div>
      {creating.error && (
        <Note tone="bad" isNews>
          {creating.error}
        </Note>
      )}
    </form>
  )
}
