-- CreateTable
CREATE TABLE "key_checks" (
    "key_id" TEXT NOT NULL,
    "sealed" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "key_checks_pkey" PRIMARY KEY ("key_id")
);

-- CreateTable
CREATE TABLE "installation" (
    "id" INTEGER NOT NULL,
    "database_identity" TEXT,
    "restore_suspected_at" TIMESTAMPTZ(3),
    "restore_reason" TEXT,
    "paused_at" TIMESTAMPTZ(3),

    CONSTRAINT "installation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "organizations" (
    "id" UUID NOT NULL,
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "is_operator" BOOLEAN NOT NULL DEFAULT false,
    "approval_profile_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "organizations_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "people" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "disabled" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "people_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "machines" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "owner_id" UUID NOT NULL,
    "disabled" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "machines_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "groups" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "groups_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "group_members" (
    "group_id" UUID NOT NULL,
    "person_id" UUID NOT NULL,

    CONSTRAINT "group_members_pkey" PRIMARY KEY ("group_id","person_id")
);

-- CreateTable
CREATE TABLE "role_grants" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "subject_type" TEXT NOT NULL,
    "subject_id" UUID NOT NULL,
    "role" TEXT NOT NULL,
    "project_id" UUID,
    "customer_id" UUID,
    "shared" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "role_grants_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "tokens" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "person_id" UUID,
    "machine_id" UUID,
    "hash" BYTEA NOT NULL,
    "expires_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "tokens_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "sessions" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "token_id" UUID,
    "hash" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "sessions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "projects" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "plain_identifiers" BOOLEAN NOT NULL DEFAULT false,
    "write_only" BOOLEAN NOT NULL DEFAULT false,
    "reveal_reason" TEXT NOT NULL DEFAULT 'optional',
    "paused_at" TIMESTAMPTZ(3),
    "max_secrets" INTEGER,
    "max_versions" INTEGER,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "projects_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "customers" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "customers_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "vaults" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "settings" JSONB NOT NULL,
    "sealed_credentials" BYTEA,
    "revision" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "vaults_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "vault_profiles" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "vault_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "naming" TEXT NOT NULL,
    "attributes" JSONB NOT NULL DEFAULT '{}',
    "place" TEXT NOT NULL,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "concurrency" INTEGER NOT NULL DEFAULT 16,
    "rate_per_second" INTEGER,
    "check_state" TEXT NOT NULL DEFAULT 'unchecked',
    "check_code" TEXT,
    "missing_rights" JSONB NOT NULL DEFAULT '[]',
    "checked_at" TIMESTAMPTZ(3),
    "next_check_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "breaker_state" TEXT NOT NULL DEFAULT 'closed',
    "breaker_code" TEXT,
    "breaker_since" TIMESTAMPTZ(3),
    "credential_state" TEXT NOT NULL DEFAULT 'unproved',
    "credential_since" TIMESTAMPTZ(3),
    "paused_at" TIMESTAMPTZ(3),
    "restore_suspected_at" TIMESTAMPTZ(3),
    "freshness_seconds" INTEGER,
    "stale_since" TIMESTAMPTZ(3),
    "max_deletes" INTEGER DEFAULT 100,
    "max_delete_percent" INTEGER,
    "fuse_tripped_at" TIMESTAMPTZ(3),
    "fuse_of" INTEGER NOT NULL DEFAULT 0,
    "fuse_released" INTEGER NOT NULL DEFAULT 0,
    "drift_policy" TEXT NOT NULL DEFAULT 'alert',
    "drift_interval_minutes" INTEGER DEFAULT 60,
    "drift_per_minute" INTEGER NOT NULL DEFAULT 600,
    "drift_set_by" JSONB,
    "next_drift_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "approval_profile_id" UUID,
    "revision" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "vault_profiles_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "remote_entries" (
    "place" TEXT NOT NULL,
    "entry" TEXT NOT NULL,
    "path" TEXT NOT NULL,
    "secret_id" UUID NOT NULL,
    "profile_id" UUID NOT NULL,

    CONSTRAINT "remote_entries_pkey" PRIMARY KEY ("place","entry")
);

-- CreateTable
CREATE TABLE "builtin_entries" (
    "vault_id" UUID NOT NULL,
    "path" TEXT NOT NULL,
    "head" INTEGER NOT NULL,
    "removed" BOOLEAN NOT NULL DEFAULT false,
    "labels" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "builtin_entries_pkey" PRIMARY KEY ("vault_id","path")
);

-- CreateTable
CREATE TABLE "builtin_versions" (
    "vault_id" UUID NOT NULL,
    "path" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "operation_id" TEXT NOT NULL,
    "sealed" BYTEA,

    CONSTRAINT "builtin_versions_pkey" PRIMARY KEY ("vault_id","path","version")
);

-- CreateTable
CREATE TABLE "imports" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "profile_id" UUID NOT NULL,
    "place" TEXT NOT NULL,
    "attributes" JSONB NOT NULL,
    "preview" BOOLEAN NOT NULL,
    "prefix" TEXT,
    "marker" BOOLEAN NOT NULL,
    "on_collision" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "code" TEXT,
    "comment" TEXT NOT NULL DEFAULT '',
    "requester" JSONB NOT NULL,
    "cancelled_by" JSONB,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_attempt_at" TIMESTAMPTZ(3),
    "lease_token" INTEGER NOT NULL DEFAULT 0,
    "lease_until" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "imports_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "import_items" (
    "import_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "entry" TEXT NOT NULL,
    "wanted_name" TEXT,
    "wanted_path" TEXT,
    "wanted_type" TEXT,
    "state" TEXT NOT NULL DEFAULT 'pending',
    "code" TEXT,
    "path" TEXT,
    "name" TEXT,
    "type" TEXT,
    "found" JSONB,
    "change_id" UUID,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_attempt_at" TIMESTAMPTZ(3),

    CONSTRAINT "import_items_pkey" PRIMARY KEY ("import_id","position")
);

-- CreateTable
CREATE TABLE "approval_profiles" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "unsatisfiable" JSONB,
    "looked_at" TIMESTAMPTZ(3) NOT NULL DEFAULT 'epoch',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "approval_profiles_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "approval_profile_versions" (
    "profile_id" UUID NOT NULL,
    "version" INTEGER NOT NULL,
    "policy" JSONB NOT NULL,
    "created_by" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "approval_profile_versions_pkey" PRIMARY KEY ("profile_id","version")
);

-- CreateTable
CREATE TABLE "secrets" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "customer_id" UUID,
    "system_owner" TEXT,
    "path" TEXT NOT NULL DEFAULT '',
    "name" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "tags" TEXT[],
    "attributes" JSONB NOT NULL DEFAULT '{}',
    "state" TEXT NOT NULL,
    "pending_change_id" UUID,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "protected" BOOLEAN NOT NULL DEFAULT false,
    "write_only" BOOLEAN NOT NULL DEFAULT false,
    "expires_at" TIMESTAMPTZ(3),
    "on_expiry" TEXT NOT NULL DEFAULT 'disable',
    "marked" BOOLEAN NOT NULL DEFAULT true,
    "source_profile_id" UUID NOT NULL,
    "source_path" TEXT NOT NULL,
    "head_version" INTEGER NOT NULL DEFAULT 0,
    "latest_enabled" INTEGER NOT NULL DEFAULT 0,
    "revision" INTEGER NOT NULL DEFAULT 1,
    "deleted_at" TIMESTAMPTZ(3),
    "destroy_after" TIMESTAMPTZ(3),
    "created_by" JSONB NOT NULL,
    "updated_by" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "secrets_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "secret_versions" (
    "secret_id" UUID NOT NULL,
    "version" INTEGER NOT NULL,
    "organization_id" UUID NOT NULL,
    "state" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "fingerprint" TEXT NOT NULL,
    "field_names" TEXT[],
    "facts" JSONB NOT NULL,
    "traits" JSONB,
    "size" INTEGER NOT NULL,
    "profile_id" UUID NOT NULL,
    "vault_version" TEXT NOT NULL,
    "change_id" UUID NOT NULL,
    "write_only" BOOLEAN NOT NULL DEFAULT false,
    "expires_at" TIMESTAMPTZ(3),
    "on_expiry" TEXT NOT NULL DEFAULT 'disable',
    "single_access" BOOLEAN NOT NULL DEFAULT false,
    "accessed_at" TIMESTAMPTZ(3),
    "left_behind" BOOLEAN NOT NULL DEFAULT false,
    "created_by" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "secret_versions_pkey" PRIMARY KEY ("secret_id","version")
);

-- CreateTable
CREATE TABLE "targets" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "secret_id" UUID NOT NULL,
    "profile_id" UUID NOT NULL,
    "remote_path" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "desired_version" INTEGER,
    "generation" INTEGER NOT NULL DEFAULT 1,
    "observed_version" INTEGER,
    "remote_version" TEXT,
    "owned" BOOLEAN NOT NULL DEFAULT false,
    "ahead_version" INTEGER,
    "claimed" BOOLEAN NOT NULL DEFAULT false,
    "on_conflict" TEXT NOT NULL DEFAULT 'fail',
    "on_remove" TEXT NOT NULL DEFAULT 'delete',
    "code" TEXT,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_attempt_at" TIMESTAMPTZ(3),
    "due_since" TIMESTAMPTZ(3),
    "lease_token" INTEGER NOT NULL DEFAULT 0,
    "lease_until" TIMESTAMPTZ(3),
    "settle_until" TIMESTAMPTZ(3),
    "written_version" INTEGER,
    "written_at" TIMESTAMPTZ(3),
    "synced_at" TIMESTAMPTZ(3),
    "next_scan_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "targets_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "delete_permits" (
    "target_id" UUID NOT NULL,
    "generation" INTEGER NOT NULL,
    "profile_id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "delete_permits_pkey" PRIMARY KEY ("target_id","generation")
);

-- CreateTable
CREATE TABLE "left_entries" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "secret_id" UUID NOT NULL,
    "profile_id" UUID NOT NULL,
    "target_id" UUID,
    "path" TEXT NOT NULL,
    "remote_version" TEXT,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_attempt_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lease_token" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "left_entries_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "removed_copies" (
    "target_id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "secret_id" UUID NOT NULL,
    "version" INTEGER,
    "sealed" BYTEA NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "removed_copies_pkey" PRIMARY KEY ("target_id")
);

-- CreateTable
CREATE TABLE "consumers" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "webhook_id" UUID,
    "created_by" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "consumers_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "consumer_references" (
    "consumer_id" UUID NOT NULL,
    "secret_id" UUID NOT NULL,
    "selector" TEXT NOT NULL,

    CONSTRAINT "consumer_references_pkey" PRIMARY KEY ("consumer_id","secret_id","selector")
);

-- CreateTable
CREATE TABLE "change_requests" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "subject_type" TEXT NOT NULL,
    "subject_id" UUID NOT NULL,
    "project_id" UUID,
    "customer_id" UUID,
    "group_id" UUID,
    "secret_id" UUID,
    "operation" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "drafted" BOOLEAN NOT NULL DEFAULT false,
    "revision" INTEGER NOT NULL DEFAULT 1,
    "base_version" INTEGER NOT NULL,
    "profile_id" UUID,
    "profile_revision" INTEGER,
    "plan" JSONB NOT NULL,
    "sealed_payload" BYTEA,
    "plan_difference" JSONB,
    "digest" TEXT NOT NULL,
    "condition_facts" JSONB NOT NULL DEFAULT '[{}]',
    "policies" JSONB NOT NULL,
    "unsatisfiable" JSONB,
    "looked_at" TIMESTAMPTZ(3) NOT NULL DEFAULT 'epoch',
    "override" JSONB,
    "override_review" JSONB,
    "requester" JSONB NOT NULL,
    "requester_person_id" UUID NOT NULL,
    "comment" TEXT NOT NULL DEFAULT '',
    "code" TEXT,
    "result_version" INTEGER,
    "trace_parent" TEXT,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_attempt_at" TIMESTAMPTZ(3),
    "lease_token" INTEGER NOT NULL DEFAULT 0,
    "lease_until" TIMESTAMPTZ(3),
    "expires_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "change_requests_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "change_editors" (
    "change_id" UUID NOT NULL,
    "revision" INTEGER NOT NULL,
    "person_id" UUID NOT NULL,
    "actor" JSONB NOT NULL,
    "wrote_payload" BOOLEAN NOT NULL DEFAULT false,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "change_editors_pkey" PRIMARY KEY ("change_id","revision")
);

-- CreateTable
CREATE TABLE "reviews" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "change_id" UUID NOT NULL,
    "revision" INTEGER NOT NULL,
    "person_id" UUID NOT NULL,
    "actor" JSONB NOT NULL,
    "decision" TEXT NOT NULL,
    "digest" TEXT NOT NULL,
    "comment" TEXT NOT NULL DEFAULT '',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "reviews_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "change_comments" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "change_id" UUID NOT NULL,
    "revision" INTEGER NOT NULL,
    "person_id" UUID NOT NULL,
    "actor" JSONB NOT NULL,
    "text" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "change_comments_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "change_checks" (
    "change_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "organization_id" UUID NOT NULL,
    "revision" INTEGER NOT NULL,
    "digest" TEXT NOT NULL,
    "conclusion" TEXT NOT NULL,
    "summary" TEXT NOT NULL,
    "url" TEXT,
    "actor" JSONB NOT NULL,
    "reported_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "change_checks_pkey" PRIMARY KEY ("change_id","name")
);

-- CreateTable
CREATE TABLE "evidence_looks" (
    "person_id" UUID NOT NULL,
    "change_id" UUID NOT NULL,
    "revision" INTEGER NOT NULL,
    "subject_id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "evidence_looks_pkey" PRIMARY KEY ("person_id","change_id","revision")
);

-- CreateTable
CREATE TABLE "idempotency_keys" (
    "organization_id" UUID NOT NULL,
    "actor_id" UUID NOT NULL,
    "key" TEXT NOT NULL,
    "body_mac" BYTEA NOT NULL,
    "status" INTEGER,
    "sealed_answer" BYTEA,
    "change_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "idempotency_keys_pkey" PRIMARY KEY ("organization_id","actor_id","key")
);

-- CreateTable
CREATE TABLE "notice_cursors" (
    "organization_id" UUID NOT NULL,
    "seq" BIGINT NOT NULL,

    CONSTRAINT "notice_cursors_pkey" PRIMARY KEY ("organization_id")
);

-- CreateTable
CREATE TABLE "webhooks" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "format" TEXT NOT NULL,
    "origin" TEXT NOT NULL,
    "kinds" TEXT[],
    "project_ids" UUID[],
    "pace" TEXT NOT NULL,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "sealed" BYTEA NOT NULL,
    "start_seq" BIGINT NOT NULL,
    "replay_after" BIGINT,
    "replay_until" BIGINT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "webhooks_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "notice_deliveries" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "channel" TEXT NOT NULL,
    "subscriber_id" UUID NOT NULL,
    "dedupe" TEXT NOT NULL,
    "seq" BIGINT NOT NULL,
    "kind" TEXT NOT NULL,
    "notice" JSONB NOT NULL,
    "message_id" UUID,
    "state" TEXT NOT NULL DEFAULT 'pending',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "status" INTEGER,
    "code" TEXT,
    "next_attempt_at" TIMESTAMPTZ(3),
    "lease_token" INTEGER NOT NULL DEFAULT 0,
    "lease_until" TIMESTAMPTZ(3),
    "delivered_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "notice_deliveries_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "notice_preferences" (
    "person_id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "reviews" TEXT NOT NULL,
    "operations" TEXT NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "notice_preferences_pkey" PRIMARY KEY ("person_id")
);

-- CreateTable
CREATE TABLE "audit_events" (
    "organization_id" UUID NOT NULL,
    "seq" BIGINT NOT NULL,
    "id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "actor" JSONB NOT NULL,
    "action" TEXT NOT NULL,
    "object_type" TEXT NOT NULL,
    "object_id" TEXT NOT NULL,
    "details" JSONB NOT NULL,
    "request_id" TEXT,
    "key_id" TEXT NOT NULL,
    "previous_mac" BYTEA NOT NULL,
    "mac" BYTEA NOT NULL,

    CONSTRAINT "audit_events_pkey" PRIMARY KEY ("organization_id","seq")
);

-- CreateTable
CREATE TABLE "audit_heads" (
    "organization_id" UUID NOT NULL,
    "seq" BIGINT NOT NULL,
    "mac" BYTEA NOT NULL,

    CONSTRAINT "audit_heads_pkey" PRIMARY KEY ("organization_id")
);

-- CreateIndex
CREATE UNIQUE INDEX "organizations_slug_key" ON "organizations"("slug");

-- CreateIndex
CREATE UNIQUE INDEX "people_organization_id_email_key" ON "people"("organization_id", "email");

-- CreateIndex
CREATE UNIQUE INDEX "machines_organization_id_name_key" ON "machines"("organization_id", "name");

-- CreateIndex
CREATE UNIQUE INDEX "groups_organization_id_name_key" ON "groups"("organization_id", "name");

-- CreateIndex
CREATE INDEX "group_members_person_id_idx" ON "group_members"("person_id");

-- CreateIndex
CREATE INDEX "role_grants_subject_id_idx" ON "role_grants"("subject_id");

-- CreateIndex
CREATE INDEX "role_grants_organization_id_idx" ON "role_grants"("organization_id");

-- CreateIndex
CREATE UNIQUE INDEX "tokens_hash_key" ON "tokens"("hash");

-- CreateIndex
CREATE INDEX "tokens_organization_id_created_at_idx" ON "tokens"("organization_id", "created_at");

-- CreateIndex
CREATE UNIQUE INDEX "sessions_hash_key" ON "sessions"("hash");

-- CreateIndex
CREATE INDEX "sessions_organization_id_person_id_idx" ON "sessions"("organization_id", "person_id");

-- CreateIndex
CREATE INDEX "sessions_expires_at_idx" ON "sessions"("expires_at");

-- CreateIndex
CREATE UNIQUE INDEX "projects_organization_id_slug_key" ON "projects"("organization_id", "slug");

-- CreateIndex
CREATE INDEX "customers_organization_id_id_idx" ON "customers"("organization_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "customers_project_id_slug_key" ON "customers"("project_id", "slug");

-- CreateIndex
CREATE UNIQUE INDEX "vaults_organization_id_name_key" ON "vaults"("organization_id", "name");

-- CreateIndex
CREATE INDEX "vault_profiles_vault_id_idx" ON "vault_profiles"("vault_id");

-- CreateIndex
CREATE INDEX "vault_profiles_next_check_at_idx" ON "vault_profiles"("next_check_at");

-- CreateIndex
CREATE INDEX "vault_profiles_next_drift_at_idx" ON "vault_profiles"("next_drift_at");

-- CreateIndex
CREATE INDEX "vault_profiles_place_idx" ON "vault_profiles"("place");

-- CreateIndex
CREATE UNIQUE INDEX "vault_profiles_organization_id_name_key" ON "vault_profiles"("organization_id", "name");

-- CreateIndex
CREATE INDEX "remote_entries_secret_id_idx" ON "remote_entries"("secret_id");

-- CreateIndex
CREATE INDEX "remote_entries_profile_id_idx" ON "remote_entries"("profile_id");

-- CreateIndex
CREATE UNIQUE INDEX "builtin_versions_vault_id_path_operation_id_key" ON "builtin_versions"("vault_id", "path", "operation_id");

-- CreateIndex
CREATE INDEX "imports_organization_id_id_idx" ON "imports"("organization_id", "id");

-- CreateIndex
CREATE INDEX "imports_profile_id_idx" ON "imports"("profile_id");

-- CreateIndex
CREATE INDEX "imports_project_id_idx" ON "imports"("project_id");

-- CreateIndex
CREATE INDEX "import_items_change_id_idx" ON "import_items"("change_id");

-- CreateIndex
CREATE UNIQUE INDEX "import_items_import_id_entry_key" ON "import_items"("import_id", "entry");

-- CreateIndex
CREATE UNIQUE INDEX "approval_profiles_organization_id_name_key" ON "approval_profiles"("organization_id", "name");

-- CreateIndex
CREATE INDEX "secrets_organization_id_project_id_name_id_idx" ON "secrets"("organization_id", "project_id", "name", "id");

-- CreateIndex
CREATE INDEX "secrets_organization_id_name_id_idx" ON "secrets"("organization_id", "name", "id");

-- CreateIndex
CREATE INDEX "secrets_organization_id_created_at_id_idx" ON "secrets"("organization_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "secrets_organization_id_updated_at_id_idx" ON "secrets"("organization_id", "updated_at", "id");

-- CreateIndex
CREATE INDEX "secrets_tags_idx" ON "secrets" USING GIN ("tags");

-- CreateIndex
CREATE INDEX "secrets_source_profile_id_idx" ON "secrets"("source_profile_id");

-- CreateIndex
CREATE INDEX "secrets_customer_id_idx" ON "secrets"("customer_id");

-- CreateIndex
CREATE INDEX "targets_organization_id_state_id_idx" ON "targets"("organization_id", "state", "id");

-- CreateIndex
CREATE UNIQUE INDEX "targets_secret_id_profile_id_key" ON "targets"("secret_id", "profile_id");

-- CreateIndex
CREATE INDEX "delete_permits_profile_id_at_idx" ON "delete_permits"("profile_id", "at");

-- CreateIndex
CREATE INDEX "left_entries_profile_id_idx" ON "left_entries"("profile_id");

-- CreateIndex
CREATE INDEX "left_entries_next_attempt_at_idx" ON "left_entries"("next_attempt_at");

-- CreateIndex
CREATE INDEX "removed_copies_expires_at_idx" ON "removed_copies"("expires_at");

-- CreateIndex
CREATE INDEX "removed_copies_secret_id_idx" ON "removed_copies"("secret_id");

-- CreateIndex
CREATE UNIQUE INDEX "consumers_project_id_name_key" ON "consumers"("project_id", "name");

-- CreateIndex
CREATE INDEX "consumer_references_secret_id_idx" ON "consumer_references"("secret_id");

-- CreateIndex
CREATE INDEX "change_requests_organization_id_id_idx" ON "change_requests"("organization_id", "id");

-- CreateIndex
CREATE INDEX "change_requests_organization_id_requester_person_id_id_idx" ON "change_requests"("organization_id", "requester_person_id", "id");

-- CreateIndex
CREATE INDEX "change_requests_secret_id_created_at_idx" ON "change_requests"("secret_id", "created_at");

-- CreateIndex
CREATE UNIQUE INDEX "reviews_change_id_revision_person_id_key" ON "reviews"("change_id", "revision", "person_id");

-- CreateIndex
CREATE INDEX "change_comments_change_id_id_idx" ON "change_comments"("change_id", "id");

-- CreateIndex
CREATE INDEX "evidence_looks_person_id_at_idx" ON "evidence_looks"("person_id", "at");

-- CreateIndex
CREATE INDEX "evidence_looks_subject_id_at_idx" ON "evidence_looks"("subject_id", "at");

-- CreateIndex
CREATE INDEX "idempotency_keys_created_at_idx" ON "idempotency_keys"("created_at");

-- CreateIndex
CREATE INDEX "idempotency_keys_change_id_idx" ON "idempotency_keys"("change_id");

-- CreateIndex
CREATE UNIQUE INDEX "webhooks_organization_id_name_key" ON "webhooks"("organization_id", "name");

-- CreateIndex
CREATE INDEX "notice_deliveries_subscriber_id_state_seq_idx" ON "notice_deliveries"("subscriber_id", "state", "seq");

-- CreateIndex
CREATE INDEX "notice_deliveries_subscriber_id_message_id_idx" ON "notice_deliveries"("subscriber_id", "message_id");

-- CreateIndex
CREATE INDEX "notice_deliveries_created_at_idx" ON "notice_deliveries"("created_at");

-- CreateIndex
CREATE UNIQUE INDEX "notice_deliveries_channel_subscriber_id_dedupe_key" ON "notice_deliveries"("channel", "subscriber_id", "dedupe");

-- CreateIndex
CREATE UNIQUE INDEX "audit_events_id_key" ON "audit_events"("id");

-- CreateIndex
CREATE INDEX "audit_events_organization_id_object_id_seq_idx" ON "audit_events"("organization_id", "object_id", "seq");

-- CreateIndex
CREATE INDEX "audit_events_organization_id_action_seq_idx" ON "audit_events"("organization_id", "action", "seq");

-- ==== written by hand: what the schema file cannot say (kept by src/setup/make-migration.mjs) ====

-- One open change per secret, vault, policy and so on: the second one meets this index.
CREATE UNIQUE INDEX "change_requests_one_open" ON "change_requests" ("subject_id", "subject_type")
  WHERE "state" IN ('pending_approval', 'approved', 'executing', 'indeterminate');

-- A name is free again once its secret was rejected, failed or destroyed.
CREATE UNIQUE INDEX "secrets_live_name" ON "secrets" ("project_id", "path", "name",
    COALESCE("customer_id", '00000000-0000-0000-0000-000000000000'::uuid))
  WHERE "state" NOT IN ('draft', 'rejected', 'failed', 'destroyed');

-- What people look for among many: the few that are not simply active, and what lies below a folder (compared by bytes).
CREATE INDEX "secrets_not_active" ON "secrets" ("organization_id", "state", "name", "id") WHERE "state" <> 'active';
CREATE INDEX "secrets_changing" ON "secrets" ("organization_id", "name", "id") WHERE "pending_change_id" IS NOT NULL;
CREATE INDEX "secrets_folder" ON "secrets" ("organization_id", "path" COLLATE "C", "name", "id");
-- Folders of a project with how much lies in each are counted from this index alone.
CREATE INDEX "secrets_browsed" ON "secrets" ("project_id", "path" COLLATE "C") INCLUDE ("organization_id", "customer_id")
  WHERE "state" IN ('active', 'pending_approval', 'failed') AND "system_owner" IS NULL;
CREATE INDEX "secrets_destroyable" ON "secrets" ("destroy_after") WHERE "state" = 'deleted';
-- What is out of step, by state; whoever is where they should be is not in it.
CREATE INDEX "targets_out_of_step" ON "targets" ("organization_id", "state", "secret_id")
  WHERE "state" NOT IN ('synced', 'removed');
CREATE INDEX "targets_oldest_due" ON "targets" ("due_since") WHERE "due_since" IS NOT NULL;

-- What the scanner and the workers look for.
CREATE INDEX "targets_due" ON "targets" ("profile_id", "next_attempt_at") WHERE "next_attempt_at" IS NOT NULL;
CREATE INDEX "targets_profile" ON "targets" ("profile_id", "state", "code");
-- What is out of step, the oldest first: lag of a profile, backlog of an organization.
CREATE INDEX "targets_profile_lag" ON "targets" ("profile_id", "due_since") WHERE "due_since" IS NOT NULL;
CREATE INDEX "targets_organization_lag" ON "targets" ("organization_id", "due_since") WHERE "due_since" IS NOT NULL;
CREATE INDEX "targets_ahead" ON "targets" ("organization_id") WHERE "ahead_version" IS NOT NULL;
CREATE INDEX "targets_scan" ON "targets" ("profile_id", "next_scan_at") WHERE "next_scan_at" IS NOT NULL;
CREATE INDEX "change_requests_due" ON "change_requests" ("next_attempt_at")
  WHERE "state" IN ('approved', 'executing', 'indeterminate');
CREATE INDEX "change_requests_expiring" ON "change_requests" ("expires_at") WHERE "state" IN ('draft', 'pending_approval');
CREATE INDEX "change_requests_looked_at" ON "change_requests" ("looked_at") WHERE "state" = 'pending_approval';
CREATE INDEX "change_requests_overridden" ON "change_requests" ("organization_id", "id") WHERE "override" IS NOT NULL;
CREATE INDEX "change_requests_by_state" ON "change_requests" ("organization_id", "state", "id");
CREATE INDEX "change_requests_group" ON "change_requests" ("group_id", "id") WHERE "group_id" IS NOT NULL;
CREATE INDEX "secrets_expiring" ON "secrets" ("expires_at") WHERE "expires_at" IS NOT NULL AND "state" = 'active';
CREATE INDEX "secret_versions_over" ON "secret_versions" ("expires_at")
  WHERE "expires_at" IS NOT NULL AND "state" <> 'destroyed';
CREATE INDEX "secret_versions_accessed" ON "secret_versions" ("accessed_at")
  WHERE "accessed_at" IS NOT NULL AND "state" <> 'destroyed';
CREATE INDEX "imports_due" ON "imports" ("next_attempt_at") WHERE "state" IN ('listing', 'running', 'cancelling');
CREATE INDEX "import_items_pending" ON "import_items" ("import_id", "position") WHERE "state" = 'pending';

-- Two entries of one import never get one name.
CREATE UNIQUE INDEX "import_items_name" ON "import_items" ("import_id", "path", "name") WHERE "name" IS NOT NULL;

-- Closed lists.
ALTER TABLE "secrets" ADD CONSTRAINT "secrets_state" CHECK ("state" IN
  ('draft', 'pending_approval', 'active', 'rejected', 'failed', 'deleted', 'destroyed'));
ALTER TABLE "secret_versions" ADD CONSTRAINT "secret_versions_state" CHECK ("state" IN
  ('enabled', 'disabled', 'destroyed'));
ALTER TABLE "secrets" ADD CONSTRAINT "secrets_on_expiry" CHECK ("on_expiry" IN ('disable', 'delete'));
ALTER TABLE "secret_versions" ADD CONSTRAINT "secret_versions_on_expiry" CHECK ("on_expiry" IN ('disable', 'destroy'));
ALTER TABLE "targets" ADD CONSTRAINT "targets_state" CHECK ("state" IN
  ('pending', 'syncing', 'synced', 'failed', 'drifted', 'conflict', 'paused', 'parked', 'removing', 'removed'));
ALTER TABLE "vault_profiles" ADD CONSTRAINT "vault_profiles_drift_policy" CHECK ("drift_policy" IN
  ('alert', 'repair', 'propose'));
ALTER TABLE "targets" ADD CONSTRAINT "targets_on_remove" CHECK ("on_remove" IN
  ('keep', 'delete', 'delete-until-restore'));
ALTER TABLE "change_requests" ADD CONSTRAINT "change_requests_state" CHECK ("state" IN
  ('draft', 'pending_approval', 'approved', 'executing', 'applied', 'failed', 'rejected', 'cancelled', 'expired', 'conflict',
   'indeterminate'));
ALTER TABLE "imports" ADD CONSTRAINT "imports_state" CHECK ("state" IN
  ('listing', 'running', 'cancelling', 'completed', 'cancelled', 'failed'));
ALTER TABLE "import_items" ADD CONSTRAINT "import_items_state" CHECK ("state" IN
  ('pending', 'ready', 'opened', 'skipped', 'failed'));
ALTER TABLE "change_requests" ADD CONSTRAINT "change_requests_secret_subject" CHECK (("subject_type" = 'secret') =
  ("secret_id" IS NOT NULL AND "secret_id" = "subject_id" AND "project_id" IS NOT NULL AND "profile_id" IS NOT NULL
    AND "profile_revision" IS NOT NULL));
ALTER TABLE "role_grants" ADD CONSTRAINT "role_grants_subject_type" CHECK ("subject_type" IN
  ('person', 'group', 'machine'));
ALTER TABLE "tokens" ADD CONSTRAINT "tokens_one_owner" CHECK (num_nonnulls("person_id", "machine_id") = 1);

-- Parents. Where a row's parent already names the organization, that parent is enough: every foreign key costs each
-- insert a lock on the parent row. Actors are kept as JSON or bare ids on purpose: the system itself is one of them.
ALTER TABLE "people" ADD CONSTRAINT "people_organization" FOREIGN KEY ("organization_id")
  REFERENCES "organizations" ("id") ON DELETE RESTRICT;
ALTER TABLE "machines" ADD CONSTRAINT "machines_organization" FOREIGN KEY ("organization_id")
  REFERENCES "organizations" ("id") ON DELETE RESTRICT;
ALTER TABLE "machines" ADD CONSTRAINT "machines_owner" FOREIGN KEY ("owner_id")
  REFERENCES "people" ("id") ON DELETE RESTRICT;
ALTER TABLE "groups" ADD CONSTRAINT "groups_organization" FOREIGN KEY ("organization_id")
  REFERENCES "organizations" ("id") ON DELETE RESTRICT;
ALTER TABLE "group_members" ADD CONSTRAINT "group_members_group" FOREIGN KEY ("group_id")
  REFERENCES "groups" ("id") ON DELETE CASCADE;
ALTER TABLE "group_members" ADD CONSTRAINT "group_members_person" FOREIGN KEY ("person_id")
  REFERENCES "people" ("id") ON DELETE CASCADE;
ALTER TABLE "role_grants" ADD CONSTRAINT "role_grants_organization" FOREIGN KEY ("organization_id")
  REFERENCES "organizations" ("id") ON DELETE RESTRICT;
ALTER TABLE "role_grants" ADD CONSTRAINT "role_grants_project" FOREIGN KEY ("project_id")
  REFERENCES "projects" ("id") ON DELETE RESTRICT;
ALTER TABLE "tokens" ADD CONSTRAINT "tokens_organization" FOREIGN KEY ("organization_id")
  REFERENCES "organizations" ("id") ON DELETE RESTRICT;
ALTER TABLE "tokens" ADD CONSTRAINT "tokens_person" FOREIGN KEY ("person_id")
  REFERENCES "people" ("id") ON DELETE RESTRICT;
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_organization" FOREIGN KEY ("organization_id")
  REFERENCES "organizations" ("id") ON DELETE RESTRICT;
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_person" FOREIGN KEY ("person_id")
  REFERENCES "people" ("id") ON DELETE RESTRICT;
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_token" FOREIGN KEY ("token_id")
  REFERENCES "tokens" ("id") ON DELETE RESTRICT;
ALTER TABLE "tokens" ADD CONSTRAINT "tokens_machine" FOREIGN KEY ("machine_id")
  REFERENCES "machines" ("id") ON DELETE RESTRICT;
ALTER TABLE "projects" ADD CONSTRAINT "projects_organization" FOREIGN KEY ("organization_id")
  REFERENCES "organizations" ("id") ON DELETE RESTRICT;
ALTER TABLE "vaults" ADD CONSTRAINT "vaults_organization" FOREIGN KEY ("organization_id")
  REFERENCES "organizations" ("id") ON DELETE RESTRICT;
ALTER TABLE "vault_profiles" ADD CONSTRAINT "vault_profiles_organization" FOREIGN KEY ("organization_id")
  REFERENCES "organizations" ("id") ON DELETE RESTRICT;
ALTER TABLE "vault_profiles" ADD CONSTRAINT "vault_profiles_vault" FOREIGN KEY ("vault_id")
  REFERENCES "vaults" ("id") ON DELETE RESTRICT;
ALTER TABLE "vault_profiles" ADD CONSTRAINT "vault_profiles_approval_profile" FOREIGN KEY ("approval_profile_id")
  REFERENCES "approval_profiles" ("id") ON DELETE RESTRICT;
ALTER TABLE "remote_entries" ADD CONSTRAINT "remote_entries_secret" FOREIGN KEY ("secret_id")
  REFERENCES "secrets" ("id") ON DELETE RESTRICT;
ALTER TABLE "remote_entries" ADD CONSTRAINT "remote_entries_profile" FOREIGN KEY ("profile_id")
  REFERENCES "vault_profiles" ("id") ON DELETE RESTRICT;
-- An import is a record of work: what it made names project and profile by itself.
ALTER TABLE "imports" ADD CONSTRAINT "imports_project" FOREIGN KEY ("project_id")
  REFERENCES "projects" ("id") ON DELETE CASCADE;
ALTER TABLE "imports" ADD CONSTRAINT "imports_profile" FOREIGN KEY ("profile_id")
  REFERENCES "vault_profiles" ("id") ON DELETE CASCADE;
ALTER TABLE "import_items" ADD CONSTRAINT "import_items_import" FOREIGN KEY ("import_id")
  REFERENCES "imports" ("id") ON DELETE CASCADE;
ALTER TABLE "builtin_entries" ADD CONSTRAINT "builtin_entries_vault" FOREIGN KEY ("vault_id")
  REFERENCES "vaults" ("id") ON DELETE RESTRICT;
ALTER TABLE "builtin_versions" ADD CONSTRAINT "builtin_versions_entry" FOREIGN KEY ("vault_id", "path")
  REFERENCES "builtin_entries" ("vault_id", "path") ON DELETE RESTRICT;
ALTER TABLE "approval_profiles" ADD CONSTRAINT "approval_profiles_organization" FOREIGN KEY ("organization_id")
  REFERENCES "organizations" ("id") ON DELETE RESTRICT;
ALTER TABLE "approval_profile_versions" ADD CONSTRAINT "approval_profile_versions_profile" FOREIGN KEY ("profile_id")
  REFERENCES "approval_profiles" ("id") ON DELETE RESTRICT;
ALTER TABLE "secrets" ADD CONSTRAINT "secrets_organization" FOREIGN KEY ("organization_id")
  REFERENCES "organizations" ("id") ON DELETE RESTRICT;
ALTER TABLE "secrets" ADD CONSTRAINT "secrets_project" FOREIGN KEY ("project_id")
  REFERENCES "projects" ("id") ON DELETE RESTRICT;
ALTER TABLE "customers" ADD CONSTRAINT "customers_project" FOREIGN KEY ("project_id")
  REFERENCES "projects" ("id") ON DELETE RESTRICT;
ALTER TABLE "customers" ADD CONSTRAINT "customers_organization" FOREIGN KEY ("organization_id")
  REFERENCES "organizations" ("id") ON DELETE RESTRICT;
ALTER TABLE "secrets" ADD CONSTRAINT "secrets_customer" FOREIGN KEY ("customer_id")
  REFERENCES "customers" ("id") ON DELETE RESTRICT;
ALTER TABLE "role_grants" ADD CONSTRAINT "role_grants_customer" FOREIGN KEY ("customer_id")
  REFERENCES "customers" ("id") ON DELETE RESTRICT;
ALTER TABLE "role_grants" ADD CONSTRAINT "role_grants_customer_in_project" CHECK
  ("customer_id" IS NULL OR "project_id" IS NOT NULL);
ALTER TABLE "consumers" ADD CONSTRAINT "consumers_organization" FOREIGN KEY ("organization_id")
  REFERENCES "organizations" ("id") ON DELETE RESTRICT;
ALTER TABLE "consumers" ADD CONSTRAINT "consumers_project" FOREIGN KEY ("project_id")
  REFERENCES "projects" ("id") ON DELETE RESTRICT;
ALTER TABLE "consumers" ADD CONSTRAINT "consumers_webhook" FOREIGN KEY ("webhook_id")
  REFERENCES "webhooks" ("id") ON DELETE SET NULL;
ALTER TABLE "consumer_references" ADD CONSTRAINT "consumer_references_consumer" FOREIGN KEY ("consumer_id")
  REFERENCES "consumers" ("id") ON DELETE CASCADE;
ALTER TABLE "consumer_references" ADD CONSTRAINT "consumer_references_secret" FOREIGN KEY ("secret_id")
  REFERENCES "secrets" ("id") ON DELETE RESTRICT;
ALTER TABLE "secrets" ADD CONSTRAINT "secrets_source_profile" FOREIGN KEY ("source_profile_id")
  REFERENCES "vault_profiles" ("id") ON DELETE RESTRICT;
ALTER TABLE "secret_versions" ADD CONSTRAINT "secret_versions_secret" FOREIGN KEY ("secret_id")
  REFERENCES "secrets" ("id") ON DELETE RESTRICT;
ALTER TABLE "secret_versions" ADD CONSTRAINT "secret_versions_profile" FOREIGN KEY ("profile_id")
  REFERENCES "vault_profiles" ("id") ON DELETE RESTRICT;
ALTER TABLE "secret_versions" ADD CONSTRAINT "secret_versions_change" FOREIGN KEY ("change_id")
  REFERENCES "change_requests" ("id") ON DELETE RESTRICT;
ALTER TABLE "targets" ADD CONSTRAINT "targets_secret" FOREIGN KEY ("secret_id")
  REFERENCES "secrets" ("id") ON DELETE RESTRICT;
ALTER TABLE "targets" ADD CONSTRAINT "targets_profile" FOREIGN KEY ("profile_id")
  REFERENCES "vault_profiles" ("id") ON DELETE RESTRICT;
ALTER TABLE "delete_permits" ADD CONSTRAINT "delete_permits_profile" FOREIGN KEY ("profile_id")
  REFERENCES "vault_profiles" ("id") ON DELETE CASCADE;
ALTER TABLE "left_entries" ADD CONSTRAINT "left_entries_profile" FOREIGN KEY ("profile_id")
  REFERENCES "vault_profiles" ("id") ON DELETE RESTRICT;
ALTER TABLE "left_entries" ADD CONSTRAINT "left_entries_secret" FOREIGN KEY ("secret_id")
  REFERENCES "secrets" ("id") ON DELETE RESTRICT;
ALTER TABLE "removed_copies" ADD CONSTRAINT "removed_copies_secret" FOREIGN KEY ("secret_id")
  REFERENCES "secrets" ("id") ON DELETE RESTRICT;
ALTER TABLE "change_requests" ADD CONSTRAINT "change_requests_secret" FOREIGN KEY ("secret_id")
  REFERENCES "secrets" ("id") ON DELETE RESTRICT;
ALTER TABLE "change_requests" ADD CONSTRAINT "change_requests_profile" FOREIGN KEY ("profile_id")
  REFERENCES "vault_profiles" ("id") ON DELETE RESTRICT;
ALTER TABLE "organizations" ADD CONSTRAINT "organizations_approval_profile" FOREIGN KEY ("approval_profile_id")
  REFERENCES "approval_profiles" ("id") ON DELETE RESTRICT;
ALTER TABLE "change_editors" ADD CONSTRAINT "change_editors_change" FOREIGN KEY ("change_id")
  REFERENCES "change_requests" ("id") ON DELETE RESTRICT;
ALTER TABLE "reviews" ADD CONSTRAINT "reviews_change" FOREIGN KEY ("change_id")
  REFERENCES "change_requests" ("id") ON DELETE RESTRICT;
ALTER TABLE "reviews" ADD CONSTRAINT "reviews_person" FOREIGN KEY ("person_id")
  REFERENCES "people" ("id") ON DELETE RESTRICT;
ALTER TABLE "change_comments" ADD CONSTRAINT "change_comments_change" FOREIGN KEY ("change_id")
  REFERENCES "change_requests" ("id") ON DELETE RESTRICT;
ALTER TABLE "change_checks" ADD CONSTRAINT "change_checks_change" FOREIGN KEY ("change_id")
  REFERENCES "change_requests" ("id") ON DELETE RESTRICT;
ALTER TABLE "evidence_looks" ADD CONSTRAINT "evidence_looks_change" FOREIGN KEY ("change_id")
  REFERENCES "change_requests" ("id") ON DELETE RESTRICT;
ALTER TABLE "idempotency_keys" ADD CONSTRAINT "idempotency_keys_change" FOREIGN KEY ("change_id")
  REFERENCES "change_requests" ("id") ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "audit_heads" ADD CONSTRAINT "audit_heads_organization" FOREIGN KEY ("organization_id")
  REFERENCES "organizations" ("id") ON DELETE RESTRICT;
ALTER TABLE "notice_cursors" ADD CONSTRAINT "notice_cursors_organization" FOREIGN KEY ("organization_id")
  REFERENCES "organizations" ("id") ON DELETE RESTRICT;
ALTER TABLE "webhooks" ADD CONSTRAINT "webhooks_organization" FOREIGN KEY ("organization_id")
  REFERENCES "organizations" ("id") ON DELETE RESTRICT;
ALTER TABLE "notice_deliveries" ADD CONSTRAINT "notice_deliveries_organization" FOREIGN KEY ("organization_id")
  REFERENCES "organizations" ("id") ON DELETE RESTRICT;
ALTER TABLE "notice_preferences" ADD CONSTRAINT "notice_preferences_person" FOREIGN KEY ("person_id")
  REFERENCES "people" ("id") ON DELETE RESTRICT;
-- What runs out: ISO 8601 in UTC, so the order of the texts is that of the times.
CREATE INDEX "secret_versions_expiry" ON "secret_versions" (("facts" ->> 'expiresAt')) WHERE "facts" ? 'expiresAt';
-- What is still to be delivered.
CREATE INDEX "notice_deliveries_due" ON "notice_deliveries" ("next_attempt_at")
  WHERE "state" IN ('pending', 'failed');

-- What a request did; what workers do belongs to none.
CREATE INDEX "audit_events_request" ON "audit_events" ("organization_id", "request_id", "seq")
  WHERE "request_id" IS NOT NULL;
-- What a person did, also through machines.
CREATE INDEX "audit_events_person" ON "audit_events" ("organization_id", ("actor" ->> 'personId'), "seq");

-- Nothing else ever adds a row.
ALTER TABLE "installation" ADD CONSTRAINT "installation_one_row" CHECK ("id" = 1);
INSERT INTO "installation" ("id") VALUES (1);

-- Audit events are only ever added.
CREATE FUNCTION "refuse_audit_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'audit_events is append-only' USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER "audit_events_append_only" BEFORE UPDATE OR DELETE ON "audit_events"
  FOR EACH ROW EXECUTE FUNCTION "refuse_audit_change"();
CREATE TRIGGER "audit_events_no_truncate" BEFORE TRUNCATE ON "audit_events"
  FOR EACH STATEMENT EXECUTE FUNCTION "refuse_audit_change"();
