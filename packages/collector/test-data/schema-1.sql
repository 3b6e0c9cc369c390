--
-- PostgreSQL database dump
--

\restrict JuGYowZQince5xLYq9CaLBdRWRCfvgajxvd4it0Jh04oATjLeoXGhViH4dRtt4L

-- Dumped from database version 15.18 (Debian 15.18-0+deb12u1)
-- Dumped by pg_dump version 15.18 (Debian 15.18-0+deb12u1)

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: cusp_counts; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.cusp_counts (
    kind text NOT NULL,
    name text NOT NULL,
    count bigint NOT NULL
)
WITH (fillfactor='70');


--
-- Name: cusp_groups; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.cusp_groups (
    project text NOT NULL,
    key text NOT NULL,
    count bigint NOT NULL,
    first_seen bigint NOT NULL,
    last_seen bigint NOT NULL,
    sampled bigint NOT NULL,
    sampled_at bigint NOT NULL,
    class text NOT NULL,
    reason text NOT NULL,
    directive text NOT NULL,
    blocked text NOT NULL,
    disposition text NOT NULL,
    browsers text NOT NULL,
    pages text NOT NULL
)
WITH (fillfactor='70');


--
-- Name: cusp_hours; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.cusp_hours (
    hour bigint NOT NULL,
    project text NOT NULL,
    key text NOT NULL,
    count bigint NOT NULL
)
WITH (fillfactor='70');


--
-- Name: cusp_journal; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.cusp_journal (
    id bigint NOT NULL,
    written_at bigint NOT NULL,
    body text NOT NULL
);


--
-- Name: cusp_journal_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.cusp_journal ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.cusp_journal_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: cusp_meta; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.cusp_meta (
    name text NOT NULL,
    value text NOT NULL
);


--
-- Name: cusp_policies; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.cusp_policies (
    hash text NOT NULL,
    policy text NOT NULL
);


--
-- Name: cusp_samples; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.cusp_samples (
    project text NOT NULL,
    key text NOT NULL,
    place integer NOT NULL,
    number bigint NOT NULL,
    policy text NOT NULL,
    body text NOT NULL
)
WITH (fillfactor='70');


--
-- Data for Name: cusp_counts; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.cusp_counts VALUES ('other', 'deprecation', 3);
INSERT INTO public.cusp_counts VALUES ('rejected', 'not-json', 2);
INSERT INTO public.cusp_counts VALUES ('total', 'blog', 1);
INSERT INTO public.cusp_counts VALUES ('total', 'default', 3);


--
-- Data for Name: cusp_groups; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.cusp_groups VALUES ('blog', '3fc4ccfe745870e2c0d99f71f30ff065', 1, 1795780801000, 1795780801000, 1, 1795780801000, 'inline', 'policy-forbids', 'script-src', 'cdn.example', 'enforce', '["chrome 156"]', '["https://shop.example/cart"]');
INSERT INTO public.cusp_groups VALUES ('default', '7692c3ad3540bb803c020b3aee66cd88', 2, 1795780801000, 1795780802000, 2, 1795780802000, 'source', 'policy-forbids', 'script-src-elem', 'cdn.example', 'enforce', '["chrome 156"]', '["https://shop.example/cart","https://shop.example/two"]');
INSERT INTO public.cusp_groups VALUES ('default', 'overflow', 1, 1795780801000, 1795780801000, 1, 1795780801000, 'source', 'policy-forbids', '', '', 'unknown', '["chrome 156"]', '["https://shop.example/cart"]');


--
-- Data for Name: cusp_hours; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.cusp_hours VALUES (498828, 'blog', '3fc4ccfe745870e2c0d99f71f30ff065', 1);
INSERT INTO public.cusp_hours VALUES (498828, 'default', '7692c3ad3540bb803c020b3aee66cd88', 2);
INSERT INTO public.cusp_hours VALUES (498828, 'default', 'overflow', 1);


--
-- Data for Name: cusp_journal; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.cusp_journal OVERRIDING SYSTEM VALUE VALUES (2, 1795780801000, '{"reports":[["default","7692c3ad3540bb803c020b3aee66cd88","source","policy-forbids",["https://shop.example/cart","","url","https://cdn.example/a.js","script-src-elem","enforce","1f95f4e28e46f4e27004ee9da0f653d2",null,null,null,"",200,"chrome",156,"chromium",null,null,1795780803000]],["default","11507a0e2f5e69d5dfa40a62a1bd7b6e","source","policy-forbids",["https://shop.example/cart","","url","https://cdn.example/a.js","script-src-elem","enforce","1f95f4e28e46f4e27004ee9da0f653d2",null,null,null,"",200,"chrome",156,"chromium",null,null,1795780801000]]],"groups":[],"counts":[["total",[["default",2]]],["rejected",[["too-deep",1]]]],"policies":[["1f95f4e28e46f4e27004ee9da0f653d2","default-src ''self''; report-uri /csp"]],"size":2}');


--
-- Data for Name: cusp_meta; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.cusp_meta VALUES ('schema', '1');


--
-- Data for Name: cusp_policies; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.cusp_policies VALUES ('1f95f4e28e46f4e27004ee9da0f653d2', 'default-src ''self''; report-uri /csp');
INSERT INTO public.cusp_policies VALUES ('a420e766ad7ba31c98b27f62e722d87a', 'default-src ''none''');


--
-- Data for Name: cusp_samples; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.cusp_samples VALUES ('blog', '3fc4ccfe745870e2c0d99f71f30ff065', 0, 0, '1f95f4e28e46f4e27004ee9da0f653d2', '{"page":"https://shop.example/cart","referrer":"","blocked":{"kind":"url","url":"https://cdn.example/a.js"},"directive":"script-src","disposition":"enforce","policy":"1f95f4e28e46f4e27004ee9da0f653d2","source":{"file":null,"line":null,"column":null},"sample":"","status":200,"browser":{"family":"chrome","version":156,"engine":"chromium","app":null},"age":null,"seenAt":1795780801000}');
INSERT INTO public.cusp_samples VALUES ('default', '7692c3ad3540bb803c020b3aee66cd88', 0, 0, '1f95f4e28e46f4e27004ee9da0f653d2', '{"page":"https://shop.example/cart","referrer":"","blocked":{"kind":"url","url":"https://cdn.example/a.js"},"directive":"script-src-elem","disposition":"enforce","policy":"1f95f4e28e46f4e27004ee9da0f653d2","source":{"file":null,"line":null,"column":null},"sample":"it''s","status":200,"browser":{"family":"chrome","version":156,"engine":"chromium","app":null},"age":null,"seenAt":1795780801000}');
INSERT INTO public.cusp_samples VALUES ('default', '7692c3ad3540bb803c020b3aee66cd88', 1, 1, '1f95f4e28e46f4e27004ee9da0f653d2', '{"page":"https://shop.example/two","referrer":"","blocked":{"kind":"url","url":"https://cdn.example/a.js"},"directive":"script-src-elem","disposition":"enforce","policy":"1f95f4e28e46f4e27004ee9da0f653d2","source":{"file":null,"line":null,"column":null},"sample":"","status":200,"browser":{"family":"chrome","version":156,"engine":"chromium","app":null},"age":null,"seenAt":1795780802000}');
INSERT INTO public.cusp_samples VALUES ('default', 'overflow', 0, 0, 'a420e766ad7ba31c98b27f62e722d87a', '{"page":"https://shop.example/cart","referrer":"","blocked":{"kind":"url","url":"https://cdn.example/a.js"},"directive":"script-src-elem","disposition":"enforce","policy":"a420e766ad7ba31c98b27f62e722d87a","source":{"file":null,"line":null,"column":null},"sample":"","status":200,"browser":{"family":"chrome","version":156,"engine":"chromium","app":null},"age":null,"seenAt":1795780801000}');


--
-- Name: cusp_journal_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.cusp_journal_id_seq', 2, true);


--
-- Name: cusp_counts cusp_counts_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.cusp_counts
    ADD CONSTRAINT cusp_counts_key PRIMARY KEY (kind, name);


--
-- Name: cusp_groups cusp_groups_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.cusp_groups
    ADD CONSTRAINT cusp_groups_key PRIMARY KEY (project, key);


--
-- Name: cusp_hours cusp_hours_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.cusp_hours
    ADD CONSTRAINT cusp_hours_key PRIMARY KEY (hour, project, key);


--
-- Name: cusp_journal cusp_journal_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.cusp_journal
    ADD CONSTRAINT cusp_journal_pkey PRIMARY KEY (id);


--
-- Name: cusp_meta cusp_meta_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.cusp_meta
    ADD CONSTRAINT cusp_meta_pkey PRIMARY KEY (name);


--
-- Name: cusp_policies cusp_policies_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.cusp_policies
    ADD CONSTRAINT cusp_policies_pkey PRIMARY KEY (hash);


--
-- Name: cusp_samples cusp_samples_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.cusp_samples
    ADD CONSTRAINT cusp_samples_key PRIMARY KEY (project, key, place);


--
-- Name: cusp_groups_last_seen; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX cusp_groups_last_seen ON public.cusp_groups USING btree (last_seen);


--
-- Name: cusp_samples_policy; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX cusp_samples_policy ON public.cusp_samples USING btree (policy);


--
-- PostgreSQL database dump complete
--

\unrestrict JuGYowZQince5xLYq9CaLBdRWRCfvgajxvd4it0Jh04oATjLeoXGhViH4dRtt4L

