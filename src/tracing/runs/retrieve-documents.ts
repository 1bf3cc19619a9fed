import type { Passage } from '../../rag/passage.js';
import type { Retrieved, RetrieveRequest } from '../../rag/retriever.js';
import type { Fields, RunSpec } from '../run-spec.js';

/** The search, its passages in the form that LangSmith shows as documents. */
export const retrieveDocuments: RunSpec<RetrieveRequest, Retrieved> = {
  name: 'retrieve_documents',
  runType: 'retriever',
  inputs: ({ question }) => ({ query: question }),
  outputs: ({ passages }) => ({ documents: passages.map(asDocument) }),
  // A document's own id is its path, which says what it is about.
  bareOutputs: ({ passages }) => ({
    documents: passages.map(({ id, score }) => ({
      page_content: '',
      type: 'Document',
      metadata: { id, score },
    })),
  }),
  traceMetadata: ({ mode, indexVersion }) => ({ retrieval_mode: mode, index_version: indexVersion }),
  metadata: (_request, result) =>
    result
      ? {
          retrieval_mode: result.mode,
          index_version: result.indexVersion,
          relevance: result.relevance,
          ...(result.embeddingsFailed && { embeddings_failed: true }),
          ...(result.indexEmpty && { index_empty: true }),
        }
      : {},
};

function asDocument({
  id,
  documentId,
  title,
  headings,
  text,
  url,
  source,
  updatedAt,
  score,
  parts,
}: Passage): Fields {
  return {
    page_content: text,
    type: 'Document',
    metadata: {
      ...{ id, document_id: documentId, title, headings, url, source, updated_at: updatedAt, score },
      ...(parts && { joined_from: parts.map((part) => part.id) }),
    },
  };
}
