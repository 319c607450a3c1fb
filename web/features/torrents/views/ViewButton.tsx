import {Bookmark, Rows3, Star} from 'lucide-react'
import {densities} from '#model/saved-view.ts'
import {text} from '../../../i18n/text.ts'
import {Button} from '../../../ui/Button.tsx'
import {lazyDialog, lazyPart} from '../../../ui/lazy-part.ts'
import {useCommands} from '../../commands/commands.ts'
import {openViewDialog, useViewDialog} from './view-dialog.ts'
import {useOpenView, type LayoutChange, type ListLayout} from './view-state.ts'

/** Saves what the list shows; of an open view it says its name and whether it was changed. */
export function ViewButton() {
  const open = useOpenView()
  if (open) return <OpenViewMenu open={open} />
  return (
    <Button
      variant="ghost"
      icon={Star}
      className="max-desk:hidden"
      onClick={() => openViewDialog({name: 'save'})}
    >
      {text('tools.save-view')}
    </Button>
  )
}

/** Most people have none open. */
const OpenViewMenu = lazyPart(['views'], async () => (await import('./OpenViewMenu.tsx')).OpenViewMenu)

const OpenViewDialog = lazyDialog(
  ['views', 'accounts'],
  async () => (await import('./OpenViewDialog.tsx')).OpenViewDialog,
)

/** Those of saved views, once in the page of the list; their code comes with the first of them. */
export function ViewDialogs() {
  const dialog = useViewDialog()
  if (dialog === null) return null
  return <OpenViewDialog dialog={dialog} />
}

/** `V` opens a view, `Shift V` saves one, `D` changes the density. */
export function useViewCommands(layout: ListLayout, onLayout: (change: LayoutChange) => void): void {
  const next = densities[(densities.indexOf(layout.density) + 1) % densities.length]!
  useCommands([
    {
      id: 'views',
      group: 'find',
      label: 'view.list.open',
      icon: Bookmark,
      keys: ['v'],
      run: () => openViewDialog({name: 'list'}),
    },
    {
      id: 'views save',
      group: 'find',
      label: 'view.save.open',
      icon: Star,
      keys: ['Shift+V'],
      run: () => openViewDialog({name: 'save'}),
    },
    {
      id: 'density',
      group: 'look',
      label: 'display.density.next',
      icon: Rows3,
      keys: ['d'],
      run: () => onLayout({density: next}),
    },
  ])
}
