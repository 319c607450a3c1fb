import {useQuery} from '@tanstack/react-query'
import {changeView, viewsQuery} from '../../../api/views.ts'
import {text} from '../../../i18n/text.ts'
import {ViewForm} from './ViewForm.tsx'

export function RenameViewDialog({id}: {id: string}) {
  const {data: views} = useQuery(viewsQuery)
  const view = views?.find((it) => it.id === id)
  if (!view) return null
  return (
    <ViewForm
      title={text('view.rename.title')}
      name={view.name}
      icon={view.icon ?? 'star'}
      action={text('view.rename')}
      save={(name, icon) => changeView(id, {name, icon})}
    />
  )
}
