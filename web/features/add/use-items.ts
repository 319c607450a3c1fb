import {useEffect, useRef, useState} from 'react'
import {inspectTorrent} from '../../api/adding.ts'
import {text} from '../../i18n/text.ts'
import {wordsOf} from '../actions/run-action.ts'
import type {Brought} from '../commands/overlays.ts'
import {fileItem, joinedItems, linkItem, type AddItem, type FileItem} from './items.ts'
import {linksIn} from './read-pasted.ts'

export interface Items {
  readonly list: readonly AddItem[]
  readonly addFiles: (files: readonly File[]) => void
  /** @returns how many links it found */
  readonly addText: (pasted: string) => number
  readonly remove: (id: string) => void
}

/** What is to be added; files are read as they come. @param brought another object = more of it */
export function useItems(brought: Brought): Items {
  const [list, setList] = useState<readonly AddItem[]>([])
  const number = useRef(0)
  const taken = useRef<Brought | null>(null)
  const change = (id: string, known: Partial<FileItem>) =>
    setList((before) => before.map((it) => (it.id === id && it.kind === 'file' ? {...it, ...known} : it)))
  const read = async ({id, file}: FileItem) => {
    try {
      const {content, message} = await inspectTorrent(file)
      change(id, content ? {content, name: content.name} : {fault: message ?? text('add.unreadable')})
    } catch (error) {
      change(id, {fault: wordsOf(error)})
    }
  }
  const addFiles = (files: readonly File[]) => {
    const fresh = files.map((file) => fileItem(file, `item ${++number.current}`))
    setList((before) => joinedItems(before, fresh))
    for (const item of fresh) void read(item)
  }
  const addText = (pasted: string) => {
    const links = linksIn(pasted).map((link) => linkItem(link, `item ${++number.current}`))
    setList((before) => joinedItems(before, links))
    return links.length
  }
  useEffect(() => {
    if (taken.current === brought) return
    taken.current = brought
    if (brought.files.length > 0) addFiles(brought.files)
    if (brought.links.length > 0) addText(brought.links.join('\n'))
  })
  const remove = (id: string) => setList((before) => before.filter((it) => it.id !== id))
  return {list, addFiles, addText, remove}
}
