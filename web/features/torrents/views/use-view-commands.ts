import {Bookmark, Rows3, Star} from 'lucide-react'
import {densities} from '#model/saved-view.ts'
import {useCommands} from '../../commands/commands.ts'
import type {LayoutChange, ListLayout} from './list-layout.ts'
import {openViewDialog} from './view-dialogs.ts'

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
