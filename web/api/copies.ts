/** Copying and moving torrents to another server. */
import type {z} from 'zod'
import type {CopyBegunSchema, CopyBodySchema, CopyPreviewSchema} from '#http/schemas/copies.ts'
import {ask} from './ask.ts'

export type CopyBody = z.input<typeof CopyBodySchema>
export type CopyPreview = z.output<typeof CopyPreviewSchema>

/** What it would do. Changes nothing. */
export function previewCopies(body: CopyBody, signal?: AbortSignal): Promise<CopyPreview> {
  return ask('/torrents/copy-preview', {method: 'POST', body, ...(signal && {signal})})
}

/** It is under way with the answer, and goes on without this page. */
export function copyTorrents(body: CopyBody): Promise<z.output<typeof CopyBegunSchema>> {
  return ask('/torrents/copy', {method: 'POST', body})
}
